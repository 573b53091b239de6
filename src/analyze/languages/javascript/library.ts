import type { Library } from '#analyze/languages/language-spec.ts';

/** What JavaScript's standard library, Node and common packages cost and reach. */
export const library: Library = {
  costs: {
    '.sort': 'nlogn',
    '.toSorted': 'nlogn',
    '.map': 'linear',
    '.filter': 'linear',
    '.reduce': 'linear',
    '.reduceRight': 'linear',
    '.forEach': 'linear',
    '.some': 'linear',
    '.every': 'linear',
    '.find': 'linear',
    '.findIndex': 'linear',
    '.flatMap': 'linear',
    '.flat': 'linear',
    '.indexOf': 'linear',
    '.lastIndexOf': 'linear',
    '.includes': 'linear',
    '.join': 'linear',
    '.split': 'linear',
    '.slice': 'linear',
    '.splice': 'linear',
    '.concat': 'linear',
    '.reverse': 'linear',
    '.fill': 'linear',
    '.shift': 'linear',
    '.unshift': 'linear',
    '.replace': 'linear',
    '.replaceAll': 'linear',
    '.repeat': 'linear',
    'Array.from': 'linear',
    'Object.keys': 'linear',
    'Object.values': 'linear',
    'Object.entries': 'linear',
    'JSON.parse': 'linear',
    'JSON.stringify': 'linear',
    'Math.max': 'constant',
    'Math.min': 'constant',
    structuredClone: 'linear',
  },
  externals: [
    {
      kind: 'http',
      callee:
        /^(fetch|axios|got|superagent|undici|ky|request|XMLHttpRequest|EventSource)\b|^(node:)?(https?|http2)\.(get|request|connect)$/,
    },
    {
      kind: 'socket',
      callee:
        /^WebSocket$|^(node:)?(net|tls|dgram)\.(connect|createConnection|createSocket|Socket)$|^io$/,
    },
    { kind: 'dns', callee: /^(node:)?dns(\/promises)?\.|^dns\.promises\./ },
    {
      kind: 'database',
      callee:
        /^(pg|mysql2?|mongodb|mongoose|redis|ioredis|knex|sqlite3|better-sqlite3|@prisma\/client|PrismaClient|sequelize)(\.|$)|\.(query|executeQuery|findOne|findMany|insertOne|insertMany|updateOne|aggregate)$/,
    },
    {
      kind: 'cloud',
      callee:
        /^(@aws-sdk|@google-cloud|@azure|aws-sdk|AWS|openai|@anthropic-ai|OpenAI|Anthropic|stripe)\b/,
    },
    { kind: 'broker', callee: /^(amqplib|kafkajs|nats|bullmq|mqtt)\b/ },
    {
      kind: 'subprocess',
      callee:
        /^((node:)?child_process\.)(spawn|exec|execFile|fork|spawnSync|execSync|execFileSync)$|^(execa|execaSync|zx)\b/,
    },
  ],
  parallel: [
    {
      name: 'worker threads',
      callee:
        /^((node:)?worker_threads\.)?Worker$|^(piscina|Piscina|workerpool|tinypool|Tinypool)\b/,
    },
    { name: 'cluster', callee: /^(node:)?cluster\.fork$/ },
    { name: 'processes', callee: /^(node:)?child_process\.(fork|spawn)$/ },
    { name: 'concurrent promises', callee: /^Promise\.(all|allSettled|race|any)$/ },
  ],
  waits:
    /^(setTimeout|Atomics\.wait|prompt|(node:)?timers\/promises\.setTimeout|(node:)?readline\.|.*\.question)$/,
  memo: /memo(ize)?/i,
  input: /^(prompt|readline|require\("fs"\)|.*readFileSync|.*readFile|gets|read)$/,
  grows: /\.(push|unshift|add|set|append|concat)$/,
};

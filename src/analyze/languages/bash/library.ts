import type { Library } from '#analyze/languages/language-spec.ts';

/** What the usual commands cost and reach. */
export const library: Library = {
  costs: {
    sort: 'nlogn',
    cat: 'linear',
    grep: 'linear',
    sed: 'linear',
    awk: 'linear',
    cut: 'linear',
    tr: 'linear',
    wc: 'linear',
    head: 'linear',
    tail: 'linear',
    uniq: 'linear',
    find: 'linear',
    ls: 'linear',
    xargs: 'linear',
    tee: 'linear',
    paste: 'linear',
    comm: 'linear',
    diff: 'linear',
    cp: 'linear',
    mv: 'linear',
    tar: 'linear',
    gzip: 'linear',
    gunzip: 'linear',
    seq: 'linear',
  },
  externals: [
    { kind: 'http', callee: /^(curl|wget|http|https|aria2c)$/ },
    { kind: 'dns', callee: /^(dig|host|nslookup|getent)$/ },
    { kind: 'socket', callee: /^(nc|ncat|netcat|socat|telnet|ssh|scp|sftp|rsync|ftp)$/ },
    { kind: 'database', callee: /^(psql|mysql|sqlite3|mongo|mongosh|redis-cli)$/ },
    { kind: 'cloud', callee: /^(aws|gcloud|gsutil|az|kubectl|docker|s3cmd)$/ },
    { kind: 'broker', callee: /^(kcat|kafkacat|mosquitto_pub|mosquitto_sub|rabbitmqadmin)$/ },
    {
      kind: 'subprocess',
      callee:
        /^(python\d?|node|ruby|perl|java|make|gcc|cargo|go|npm|bash|sh|xargs|parallel|env|sudo|exec|eval)$/,
    },
  ],
  parallel: [{ name: 'processes', callee: /^(parallel|xargs|make)$/ }],
  waits: /^(sleep|wait|read|inotifywait)$/,
  memo: /memo|cache/i,
  input: /^(read|cat)$/,
  grows: /^(append)$/,
};

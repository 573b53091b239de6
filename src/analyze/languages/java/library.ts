import type { Library } from '#analyze/languages/language-spec.ts';

/** What the Java class library and common packages cost and reach. */
export const library: Library = {
  costs: {
    'Arrays.sort': 'nlogn',
    'Arrays.parallelSort': 'nlogn',
    'Collections.sort': 'nlogn',
    '.sort': 'nlogn',
    '.sorted': 'nlogn',
    'Arrays.fill': 'linear',
    'Arrays.copyOf': 'linear',
    'Arrays.copyOfRange': 'linear',
    'Arrays.equals': 'linear',
    'Arrays.stream': 'linear',
    'Arrays.asList': 'constant',
    'Arrays.toString': 'linear',
    'Arrays.binarySearch': 'logn',
    'Collections.binarySearch': 'logn',
    'Collections.reverse': 'linear',
    'Collections.shuffle': 'linear',
    'Collections.max': 'linear',
    'Collections.min': 'linear',
    'System.arraycopy': 'linear',
    '.toCharArray': 'linear',
    '.split': 'linear',
    '.substring': 'linear',
    '.indexOf': 'linear',
    '.lastIndexOf': 'linear',
    '.replace': 'linear',
    '.replaceAll': 'linear',
    '.reverse': 'linear',
    '.forEach': 'linear',
    '.collect': 'linear',
    '.toArray': 'linear',
    '.addAll': 'linear',
    '.gcd': 'logn',
    '.poll': 'logn',
    '.offer': 'logn',
    '.floor': 'logn',
    '.ceiling': 'logn',
    '.lower': 'logn',
    '.higher': 'logn',
    '.floorKey': 'logn',
    '.ceilingKey': 'logn',
    '.pollFirst': 'logn',
    '.pollLast': 'logn',
    '.modPow': 'logn',
  },
  externals: [
    {
      kind: 'http',
      callee:
        /(HttpClient|HttpURLConnection|OkHttpClient|RestTemplate|WebClient)|\.openConnection$|\.openStream$/,
    },
    { kind: 'dns', callee: /^InetAddress\.get/ },
    {
      kind: 'socket',
      callee:
        /^(Socket|ServerSocket|DatagramSocket|SocketChannel\.open|ServerSocketChannel\.open|SSLSocket)$/,
    },
    {
      kind: 'database',
      callee:
        /^DriverManager\.getConnection$|\.(executeQuery|executeUpdate|prepareStatement|createQuery|persist)$|^(Jedis|MongoClient|MongoClients\.create|EntityManager)/,
    },
    {
      kind: 'cloud',
      callee: /^(S3Client|AmazonS3|DynamoDb|AmazonDynamoDB|Sqs|BlobServiceClient|StorageOptions)/,
    },
    {
      kind: 'broker',
      callee: /^(KafkaProducer|KafkaConsumer|ConnectionFactory|MqttClient|Nats\.connect)/,
    },
    { kind: 'subprocess', callee: /^ProcessBuilder$|\.exec$|^Runtime\.getRuntime\(\)\.exec$/ },
  ],
  parallel: [
    {
      name: 'threads',
      callee:
        /^(Thread|Executors\.\w+|ThreadPoolExecutor|ForkJoinPool|Thread\.(start|ofVirtual|startVirtualThread))$|\.(parallelStream|parallel)$/,
    },
    { name: 'async tasks', callee: /^CompletableFuture\.(supplyAsync|runAsync|allOf)$/ },
  ],
  waits: /^(Thread|TimeUnit\.\w+)\.sleep$|\.(join|await|take|acquire|accept|wait)$/,
  memo: /memo|cache/i,
  input: /\.(next\w*|read\w*|nextToken|parse\w+)$/,
  grows: /\.(add|addAll|put|append|offer|push|addLast|addFirst|putIfAbsent)$/,
};

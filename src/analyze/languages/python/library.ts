import type { Library } from '#analyze/languages/language-spec.ts';

/** What Python's standard library and the common packages cost and reach. */
export const library: Library = {
  costs: {
    sorted: 'nlogn',
    '.sort': 'nlogn',
    'numpy.sort': 'nlogn',
    sum: 'linear',
    min: 'linear',
    max: 'linear',
    any: 'linear',
    all: 'linear',
    list: 'linear',
    tuple: 'linear',
    set: 'linear',
    dict: 'linear',
    frozenset: 'linear',
    reversed: 'linear',
    map: 'linear',
    filter: 'linear',
    zip: 'linear',
    enumerate: 'linear',
    'collections.Counter': 'linear',
    Counter: 'linear',
    'collections.deque': 'linear',
    'itertools.accumulate': 'linear',
    'copy.copy': 'linear',
    'copy.deepcopy': 'linear',
    'heapq.heapify': 'linear',
    'heapq.heappush': 'logn',
    'heapq.heappop': 'logn',
    'heapq.heappushpop': 'logn',
    'heapq.heapreplace': 'logn',
    'heapq.nlargest': 'nlogn',
    'heapq.nsmallest': 'nlogn',
    'bisect.bisect': 'logn',
    'bisect.bisect_left': 'logn',
    'bisect.bisect_right': 'logn',
    'bisect.insort': 'linear',
    'functools.reduce': 'linear',
    'math.gcd': 'logn',
    '.bit_length': 'logn',
    bin: 'logn',
    gcd: 'logn',
    'math.factorial': 'linear',
    '.count': 'linear',
    '.index': 'linear',
    '.find': 'linear',
    '.rfind': 'linear',
    '.replace': 'linear',
    '.join': 'linear',
    '.split': 'linear',
    '.strip': 'linear',
    '.insert': 'linear',
    '.remove': 'linear',
    '.reverse': 'linear',
    '.copy': 'linear',
    '.extend': 'linear',
    '.lower': 'linear',
    '.upper': 'linear',
  },
  externals: [
    {
      kind: 'http',
      callee:
        /^(requests|httpx|urllib3?|aiohttp|http\.client|grequests|pycurl)\.|^(urlopen|urlretrieve)$|^session\.(get|post|put|delete|request)$/,
    },
    { kind: 'dns', callee: /^socket\.(getaddrinfo|gethostby\w+)$|^dns\.resolver\./ },
    {
      kind: 'socket',
      callee:
        /^(socket|ssl|websockets?|asyncio)\.(socket|create_connection|open_connection|connect|wrap_socket|WebSocketApp)$|^(smtplib|ftplib|imaplib|poplib|telnetlib|paramiko)\./,
    },
    {
      kind: 'database',
      callee:
        /^(sqlite3|psycopg2?|pymysql|MySQLdb|pymongo|redis|sqlalchemy|asyncpg|cx_Oracle|oracledb|pyodbc|elasticsearch|peewee|duckdb|motor)\.|\.(execute|executemany|fetchall|fetchone|find_one|insert_one|insert_many|aggregate)$/,
    },
    {
      kind: 'cloud',
      callee:
        /^(boto3|botocore|google\.cloud|azure|openai|anthropic|stripe|twilio|huggingface_hub|cohere)\./,
    },
    { kind: 'broker', callee: /^(pika|kafka|confluent_kafka|celery|nats|paho|zmq|kombu)\./ },
    {
      kind: 'subprocess',
      callee:
        /^subprocess\.|^os\.(system|popen|exec\w*|spawn\w*|fork)$|^asyncio\.create_subprocess_\w+$|^pexpect\./,
    },
  ],
  parallel: [
    {
      name: 'threads',
      callee:
        /^(threading\.(Thread|Timer)|concurrent\.futures\.ThreadPoolExecutor|ThreadPoolExecutor|multiprocessing\.pool\.ThreadPool|multiprocessing\.dummy\.Pool)$/,
    },
    {
      name: 'processes',
      callee:
        /^(multiprocessing\.(Pool|Process|pool\.Pool)|concurrent\.futures\.ProcessPoolExecutor|ProcessPoolExecutor|os\.fork|joblib\.Parallel|ray\.(init|remote)|dask\..*)$/,
    },
    {
      name: 'async tasks',
      callee: /^asyncio\.(gather|create_task|wait|as_completed|TaskGroup|ensure_future)$/,
    },
  ],
  waits:
    /^(time\.sleep|asyncio\.sleep|input|raw_input|trio\.sleep|signal\.pause|select\.select|.*\.(join|wait|acquire|recv|accept))$/,
  memo: /^(functools\.)?(lru_cache|cache|cached_property)$|memo/i,
  input:
    /^(input|raw_input|sys\.stdin\.\w+|stdin\.\w+|open|.*\.read|.*\.readline|.*\.readlines|sys\.stdin|os\.read|iter)$/,
  grows: /\.(append|add|extend|insert|update|appendleft|setdefault)$|^heapq\.heappush$/,
};

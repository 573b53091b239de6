"""Read, parse, sort, write: stages of different kinds, one after the other."""
import json, time

def produce(count):
    return [json.dumps({"id": i, "value": (i * 7919) % 10007}) for i in range(count)]

def parse(lines):
    return [json.loads(line) for line in lines]

def order(rows):
    return sorted(rows, key=lambda row: row["value"])

def report(rows):
    time.sleep(0.6)
    return sum(row["value"] for row in rows)

for _ in range(3):
    print(report(order(parse(produce(120_000)))))

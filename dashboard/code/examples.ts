export type Example = {
  readonly name: string;
  readonly language: 'python' | 'javascript' | 'shell';
  readonly code: string;
};

/** Programs whose needs change while they run. */
export const EXAMPLES: readonly Example[] = [
  {
    name: 'Grow, compute, and shrink',
    language: 'python',
    code: `# Holds more and more memory, computes with it, and lets it go.
import time

def grow(blocks):
    held = []
    for number in range(blocks):
        held.append(bytearray(24 * 1024 * 1024))
        time.sleep(0.1)
    return held

def compute(rounds):
    total = 0
    for number in range(rounds):
        total += number * number % 7
    return total

def rest(seconds):
    time.sleep(seconds)

for turn in range(2):
    held = grow(12)
    print("holds", len(held) * 24, "MiB", flush=True)
    print("computed", compute(12_000_000), flush=True)
    held.clear()
    print("let go", flush=True)
    rest(3)
`,
  },
  {
    name: 'A loop whose end can be told',
    language: 'python',
    code: `# Memory grows with every round: the forecast tells where it leads.
import time

rows = []
rounds = 240
for number in range(rounds):
    rows.append([number] * 150_000)
    time.sleep(0.05)
print(len(rows), "rows")
`,
  },
  {
    name: 'Recursion that gets deep',
    language: 'python',
    code: `def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

for n in range(20, 34):
    print(n, fib(n), flush=True)
`,
  },
  {
    name: 'Sort in JavaScript',
    language: 'javascript',
    code: `// Sorts larger and larger arrays.
for (let size = 100_000; size <= 3_200_000; size *= 2) {
  const numbers = Array.from({ length: size }, () => Math.random());
  numbers.sort((a, b) => a - b);
  console.log(size, numbers[0]);
}
`,
  },
  {
    name: 'Several processes of a shell',
    language: 'shell',
    code: `# Three at once, then one.
for part in 1 2 3; do
  head -c 400000000 /dev/zero | sha256sum &
done
wait
sleep 2
echo done
`,
  },
];

"""A build: compilers one after the other, each of them a process."""
import subprocess, sys
for _ in range(6):
    subprocess.run([sys.executable, "-c", "sum(i * i for i in range(1_500_000))"], check=True)

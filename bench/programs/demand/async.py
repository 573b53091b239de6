"""Many tasks that wait at the same time."""
import asyncio

async def one(k):
    for _ in range(5):
        await asyncio.sleep(0.1 + k % 10 / 100)
    return k

async def main():
    print(sum(await asyncio.gather(*(one(k) for k in range(200)))))

asyncio.run(main())

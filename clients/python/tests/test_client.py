"""Against the server of LIMBER_SERVER; LIMBER_BREAKING leads to the same one and breaks often."""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import pathlib
import unittest

from limber_client import (
    AsyncLimberClient,
    Event,
    Execution,
    LimberClient,
    LimberProblem,
    LimberUnreachable,
    NewExecution,
)

DOCUMENT = pathlib.Path(__file__).parents[3] / "schemas" / "limber.openapi.v1.json"
LOOP = "import time\nprint('on', flush=True)\nwhile True: time.sleep(0.05)"
LINES = "import time\nfor n in range(40):\n  print(n, 'x' * 60, flush=True)\n  time.sleep(0.03)"
EXPECTED = "".join(f"{n} {'x' * 60}\n" for n in range(40))
BREAKING = os.environ["LIMBER_BREAKING"]
NOBODY = "http://127.0.0.1:1"


class TypesTest(unittest.TestCase):
    """What is written down here is what the document says."""

    def test_types(self) -> None:
        document = json.loads(DOCUMENT.read_text())
        create = document["paths"]["/v1/executions"]["post"]
        body = create["requestBody"]["content"]["application/json"]["schema"]
        answer = create["responses"]["201"]["content"]["application/json"]["schema"]
        event = document["components"]["schemas"]["Event"]
        event = (event.get("oneOf") or event.get("anyOf"))[0]
        for given, schema in ((NewExecution, body), (Execution, answer), (Event, event)):
            self.assertEqual(set(schema["properties"]), set(given.__annotations__) | inherited(given))

    def test_both_clients_have_the_same_methods(self) -> None:
        def signatures(client: type) -> dict:
            return {
                name: list(inspect.signature(method).parameters)
                for name, method in inspect.getmembers(client, inspect.isfunction)
                if not name.startswith("_")
            }

        self.assertEqual(signatures(LimberClient), signatures(AsyncLimberClient))


def inherited(typed: type) -> set:
    return {name for base in typed.__mro__ for name in getattr(base, "__annotations__", {})}


class SyncTest(unittest.TestCase):
    def setUp(self) -> None:
        self.client = LimberClient()

    def test_run(self) -> None:
        kinds = []
        code = "import sys; print('é'); print('e', file=sys.stderr); sys.exit(4)"
        ran = self.client.run(
            {"code": code, "language": "python"}, on_event=lambda event: kinds.append(event["kind"])
        )
        self.assertEqual((ran.stdout, ran.stderr), ("é\n", "e\n"))
        self.assertEqual((ran.execution["outcome"], ran.execution["exitCode"]), ("failed", 4))
        self.assertIn("output", kinds)

    def test_input_files_and_steering(self) -> None:
        code = "import sys\nprint(input(), open('a b').read(), sys.stdin.read())\nopen('o', 'w').write('out')"
        id = self.client.create(
            {"code": code, "language": "python", "stdin": {"open": True}, "labels": {"py": "1"}}
        )["id"]
        for event in self.client.events(id, kinds=["state"]):
            if event["data"]["state"] == "running":
                break
        self.client.write_file(id, "a b", b"given")
        resized = self.client.resize(id, {"cpuCores": 0.5})
        self.assertEqual(resized["accepted"]["cpuCores"], 0.5)
        self.assertTrue(self.client.change_scaling(id, {"mode": "auto"})["accepted"])
        bulk = self.client.change_scaling_of({"py": "1"}, {"priority": 3}, dry_run=True)
        self.assertEqual([one["id"] for one in bulk["results"]], [id])
        self.assertTrue(self.client.hint(id, {"memoryBytes": 10**8}, dry_run=True)["accepted"])
        hinted = self.client.hint_of({"py": "1"}, {"memoryBytes": 10**8})
        self.assertEqual([(one["id"], one["accepted"]) for one in hinted["results"]], [(id, True)])
        resized = self.client.resize_of({"py": "1"}, {"cpuCores": 0.25})
        self.assertEqual([(one["id"], one["accepted"]) for one in resized["results"]], [(id, True)])
        self.assertEqual(self.client.get(id)["allocation"]["cpuCores"], 0.25)
        self.assertEqual(self.client.resize_of({"py": "2"}, {"cpuCores": 0.25})["results"], [])
        self.client.send_input(id, b"go\nand ")
        self.client.send_input(id, b"on")
        self.client.close_input(id)
        self.assertEqual(self.client.wait(id)["outcome"], "succeeded")
        self.assertEqual(self.client.text(id), "go given and on\n")
        self.assertIn("o", [entry["path"] for entry in self.client.files(id)])
        self.assertEqual(self.client.read_file(id, "o"), b"out")
        archive = self.client.put_archive(self.client.archive(id))["id"]
        ran = self.client.run({"archive": {"id": archive}, "command": ["cat", "o"]})
        self.assertEqual(ran.stdout, "out")
        self.client.delete_archive(archive)
        self.assertEqual([one["id"] for one in self.client.list(labels={"py": "1"})], [id])
        self.client.delete(id)
        with self.assertRaises(LimberProblem) as raised:
            self.client.get(id)
        self.assertEqual((raised.exception.status, raised.exception.code), (404, "execution-unknown"))

    def test_foreseen(self) -> None:
        labels = {"foreseen": "1"}
        body = {"code": "print(1)", "language": "python", "labels": labels}
        foreseen = self.client.foresee(body)
        self.assertEqual((foreseen["would"], foreseen["profile"]["language"]), ("start", "python"))
        self.assertEqual(list(self.client.list(labels=labels)), [])
        with self.assertRaises(LimberProblem) as raised:
            self.client.foresee({"command": ["no-such-command"]})
        self.assertEqual(raised.exception.status, 400)

    def test_the_rest(self) -> None:
        client = self.client
        self.assertEqual(client.put_policy("py", {"policy": "static"}, if_version=0)["version"], 1)
        self.assertEqual(client.policy("py")["policy"], "static")
        self.assertEqual([one["name"] for one in client.policies()], ["py"])
        client.delete_policy("py")
        self.assertEqual(client.put_defaults({"priority": 4})["scaling"], {"priority": 4})
        self.assertEqual(client.put_defaults({})["scaling"], client.defaults()["scaling"])
        self.assertEqual(client.defaults(node=True)["version"], 0)
        key = client.create_key("us", ["read"])
        self.assertIn(key["id"], [one["id"] for one in client.keys()])
        client.revoke_key(key["id"])
        hook = client.create_webhook("https://hooks.example.com/limber")
        self.assertTrue(hook["secret"])
        self.assertFalse(client.change_webhook(hook["id"], {"enabled": False})["enabled"])
        self.assertEqual(client.webhook(hook["id"])["id"], client.webhooks()[0]["id"])
        self.assertEqual((client.deliveries(hook["id"]), client.redeliver(hook["id"])), ([], 0))
        client.delete_webhook(hook["id"])
        self.assertEqual(client.analyze("for a in b: pass", "python")["language"], "python")
        self.assertGreater(client.node()["capacity"]["cpuCores"], 0)
        self.assertIsInstance(client.ledger(), list)
        past = client.node_history(after="2020-01-01T00:00:00Z")
        self.assertEqual(past["intervalMs"], 1000)
        self.assertEqual(client.node_history(after="2999-01-01T00:00:00Z")["readings"], [])
        self.assertIn("limber_executions", client.metrics())
        self.assertEqual(client.health()["status"], "ok")
        self.assertTrue(client.is_ready())

    def test_streams_go_on_where_they_broke(self) -> None:
        breaking = LimberClient(BREAKING)
        id = breaking.create({"code": LINES, "language": "python"}, idempotency_key="sync")["id"]
        self.assertEqual(b"".join(breaking.output(id, follow=True)).decode(), EXPECTED)
        told = [event["sequence"] for event in breaking.events(id)]
        self.assertEqual(told, [event["sequence"] for event in self.client.events(id)])
        self.assertEqual(list(self.client.events(id, after=told[-1])), [])

    def test_an_interrupted_run_is_cancelled(self) -> None:
        ids = []

        def interrupt(event: Event) -> None:
            ids.append(event["execution"])
            if event["kind"] == "output":
                raise KeyboardInterrupt

        with self.assertRaises(KeyboardInterrupt):
            self.client.run({"code": LOOP, "language": "python"}, on_event=interrupt)
        self.assertEqual(self.client.wait(ids[0])["outcome"], "cancelled")

    def test_nobody_there(self) -> None:
        with self.assertRaisesRegex(LimberUnreachable, "Cannot reach http://127.0.0.1:1"):
            LimberClient(NOBODY, retries=1).health()
        with self.assertRaisesRegex(ValueError, "expected an address"):
            LimberClient("box:7411")


class AsyncTest(unittest.IsolatedAsyncioTestCase):
    async def test_many_at_once(self) -> None:
        client = AsyncLimberClient()
        runs = [client.run({"command": ["echo", str(n)]}) for n in range(4)]
        self.assertEqual([ran.stdout for ran in await asyncio.gather(*runs)], [f"{n}\n" for n in range(4)])

    async def test_streams_go_on_where_they_broke(self) -> None:
        breaking = AsyncLimberClient(BREAKING)
        created = await breaking.create({"code": LINES, "language": "python"}, idempotency_key="async")
        id = created["id"]
        output = [chunk async for chunk in breaking.output(id, follow=True)]
        self.assertEqual(b"".join(output).decode(), EXPECTED)
        told = [event["sequence"] async for event in breaking.events(id)]
        whole = [event["sequence"] async for event in AsyncLimberClient().events(id)]
        self.assertEqual(told, whole)
        self.assertEqual([one["id"] async for one in breaking.list(outcome="succeeded")][0], id)

    async def test_input_and_files(self) -> None:
        client = AsyncLimberClient()
        id = (await client.create({"command": ["cat"], "stdin": {"open": True}}))["id"]
        async for event in client.events(id):
            if event["data"].get("state") == "running":
                break
        await client.send_input(id, b"typed")
        await client.write_file(id, "f", b"x" * 200_000)
        self.assertEqual(await client.read_file(id, "f"), b"x" * 200_000)
        await client.close_input(id)
        self.assertEqual((await client.wait(id))["outcome"], "succeeded")
        self.assertEqual(await client.text(id), "typed")
        await client.delete(id)
        with self.assertRaises(LimberProblem):
            await client.get(id)

    async def test_many_are_steered_by_labels(self) -> None:
        client = AsyncLimberClient()
        labels = {"many": "1"}
        body = {"command": ["sleep", "60"], "labels": labels}
        self.assertEqual((await client.foresee(body))["would"], "start")
        ids = {(await client.create(body))["id"] for _ in range(2)}
        sizes = {"memoryBytes": 10**8}
        resized = (await client.resize_of(labels, sizes, dry_run=True))["results"]
        hinted = (await client.hint_of(labels, sizes))["results"]
        for results in (resized, hinted):
            self.assertEqual({one["id"] for one in results if one["accepted"]}, ids)
        for id in ids:
            await client.cancel(id)

    async def test_a_cancelled_task_cancels_its_run(self) -> None:
        client = AsyncLimberClient()
        begun = asyncio.get_running_loop().create_future()

        def note(event: Event) -> None:
            if event["kind"] == "output" and not begun.done():
                begun.set_result(event["execution"])

        task = asyncio.create_task(client.run({"code": LOOP, "language": "python"}, on_event=note))
        id = await begun
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await task
        self.assertEqual((await client.wait(id))["outcome"], "cancelled")

    async def test_nobody_there(self) -> None:
        with self.assertRaises(LimberUnreachable):
            await AsyncLimberClient(NOBODY, retries=1).health()


if __name__ == "__main__":
    unittest.main()

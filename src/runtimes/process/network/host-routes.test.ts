import { expect, test } from 'vitest';
import { parseHostRoutes } from './host-routes.ts';
import { parsePrefix } from './prefix.ts';

// Captured from a host with a default route, a LAN and a host route.
const CAPTURED = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT                                                       
eth0	00000000	010200C0	0003	0	0	0	00000000	0	0	0                                                                               
eth0	000200C0	00000000	0001	0	0	0	00FFFFFF	0	0	0                                                                               
wg0	0500080A	00000000	0005	0	0	0	FFFFFFFF	0	0	0                                                                               
`;

test('reads interfaces and prefixes', () => {
  expect(parseHostRoutes(CAPTURED)).toEqual([
    { interface: 'eth0', prefix: parsePrefix('0.0.0.0/0') },
    { interface: 'eth0', prefix: parsePrefix('192.0.2.0/24') },
    { interface: 'wg0', prefix: parsePrefix('10.8.0.5/32') },
  ]);
});

test('a host without routes has none', () => {
  expect(parseHostRoutes(CAPTURED.split('\n')[0] + '\n')).toEqual([]);
});

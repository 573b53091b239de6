import type { ForecastSource } from './forecast.ts';

/**
 * What the code says of the next moments, as a probe sees it run: a floor under what usage alone
 * makes a policy do. Written into again and again, like a forecast; 0 and '' mean nothing is known.
 */
export type Ahead = {
  /** Cores that will be wanted within the lead time. */
  cpuCores: number;
  cpuText: string;
  cpuSource: ForecastSource;
  /** The program waits and will go on waiting: CPU can be given back without trying. */
  cpuIdle: boolean;
  cpuIdleText: string;
  /** Working set that will be reached within the lead time. */
  memoryBytes: number;
  memoryText: string;
  memorySource: ForecastSource;
  /** What is held now will be used again: no memory is taken back. */
  keepsMemory: boolean;
  ingressBitsPerSecond: number;
  egressBitsPerSecond: number;
  networkText: string;
};

export function emptyAhead(): Ahead {
  return {
    cpuCores: 0,
    cpuText: '',
    cpuSource: 'trend',
    cpuIdle: false,
    cpuIdleText: '',
    memoryBytes: 0,
    memoryText: '',
    memorySource: 'trend',
    keepsMemory: false,
    ingressBitsPerSecond: 0,
    egressBitsPerSecond: 0,
    networkText: '',
  };
}

export function clearAhead(ahead: Ahead): void {
  ahead.cpuCores = 0;
  ahead.cpuText = '';
  ahead.cpuSource = 'trend';
  ahead.cpuIdle = false;
  ahead.cpuIdleText = '';
  ahead.memoryBytes = 0;
  ahead.memoryText = '';
  ahead.memorySource = 'trend';
  ahead.keepsMemory = false;
  ahead.ingressBitsPerSecond = 0;
  ahead.egressBitsPerSecond = 0;
  ahead.networkText = '';
}

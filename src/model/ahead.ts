import type { ForecastSource } from './forecast.ts';

/** Where what the code says comes from: the code itself, what its places did before, or its loops' progress. */
export type CodeSource = Exclude<ForecastSource, 'trend'>;

/** What one source says will be reached within the lead time; 0 and '' while it says nothing. */
export type Claim = {
  cpuCores: number;
  cpuText: string;
  memoryBytes: number;
  memoryText: string;
};

/**
 * What the code says of the next moments, as a probe sees it run: a floor under what usage alone
 * makes a policy do. Written into again and again, like a forecast; 0 and '' mean nothing is known.
 */
export type Ahead = {
  /** Cores that will be wanted within the lead time: the highest claim. */
  cpuCores: number;
  cpuText: string;
  /** The program waits and will go on waiting: CPU can be given back without trying. */
  cpuIdle: boolean;
  cpuIdleText: string;
  /** It will want its CPU back before giving it back and asking again would be over. */
  keepsCpu: boolean;
  /** Working set that will be reached within the lead time: the highest claim. */
  memoryBytes: number;
  memoryText: string;
  /** Who says so. */
  readonly claims: Readonly<Record<CodeSource, Claim>>;
  /** What is held now will be used again: no memory is taken back. */
  keepsMemory: boolean;
  /** Prepared for what is still to come: memory is not taken back to less than that. */
  heldMemoryBytes: number;
  ingressBitsPerSecond: number;
  egressBitsPerSecond: number;
  networkText: string;
};

export function emptyAhead(): Ahead {
  return {
    cpuCores: 0,
    cpuText: '',
    cpuIdle: false,
    cpuIdleText: '',
    keepsCpu: false,
    memoryBytes: 0,
    memoryText: '',
    claims: { prior: emptyClaim(), history: emptyClaim(), progress: emptyClaim() },
    keepsMemory: false,
    heldMemoryBytes: 0,
    ingressBitsPerSecond: 0,
    egressBitsPerSecond: 0,
    networkText: '',
  };
}

export function clearAhead(ahead: Ahead): void {
  ahead.cpuCores = 0;
  ahead.cpuText = '';
  ahead.cpuIdle = false;
  ahead.cpuIdleText = '';
  ahead.keepsCpu = false;
  ahead.memoryBytes = 0;
  ahead.memoryText = '';
  ahead.keepsMemory = false;
  ahead.heldMemoryBytes = 0;
  ahead.ingressBitsPerSecond = 0;
  ahead.egressBitsPerSecond = 0;
  ahead.networkText = '';
  clearClaim(ahead.claims.prior);
  clearClaim(ahead.claims.history);
  clearClaim(ahead.claims.progress);
}

/** The highest claim of each source counts, and the highest of all. */
export function claimMemory(ahead: Ahead, source: CodeSource, bytes: number, text: string): void {
  const claim = ahead.claims[source];
  if (bytes > claim.memoryBytes) {
    claim.memoryBytes = bytes;
    claim.memoryText = text;
  }
  if (bytes <= ahead.memoryBytes) return;
  ahead.memoryBytes = bytes;
  ahead.memoryText = text;
}

/** As for memory. */
export function claimCpu(ahead: Ahead, source: CodeSource, cores: number, text: string): void {
  const claim = ahead.claims[source];
  if (cores > claim.cpuCores) {
    claim.cpuCores = cores;
    claim.cpuText = text;
  }
  if (cores <= ahead.cpuCores) return;
  ahead.cpuCores = cores;
  ahead.cpuText = text;
}

export function copyAhead(ahead: Ahead): Ahead {
  const { prior, history, progress } = ahead.claims;
  const claims = { prior: { ...prior }, history: { ...history }, progress: { ...progress } };
  return { ...ahead, claims };
}

function emptyClaim(): Claim {
  return { cpuCores: 0, cpuText: '', memoryBytes: 0, memoryText: '' };
}

function clearClaim(claim: Claim): void {
  claim.cpuCores = 0;
  claim.cpuText = '';
  claim.memoryBytes = 0;
  claim.memoryText = '';
}

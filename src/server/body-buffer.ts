// One growing buffer for the pieces of a body: each piece by itself would hold hundreds of bytes more than it has.

export interface BodyBuffer {
  /** How large the buffer will be with this piece in it. */
  readonly sizeWith: (piece: Buffer) => number;
  readonly add: (piece: Buffer) => void;
  readonly content: () => Buffer;
}

const nothing: Buffer = Buffer.alloc(0);

/** Grows beyond `usualMost` only when it must. */
export function createBodyBuffer(usualMost: number): BodyBuffer {
  let buffer = nothing;
  let used = 0;
  const sizeWith = ({ length }: Buffer): number => {
    const needed = used + length;
    return needed <= buffer.length ? buffer.length : Math.max(needed, Math.min(usualMost, 2 * buffer.length));
  };
  return {
    sizeWith,
    add: (piece) => {
      const size = sizeWith(piece);
      // Most bodies come in one piece.
      if (used === 0) buffer = piece;
      else if (size > buffer.length) buffer = grown(buffer, size);
      if (used > 0) piece.copy(buffer, used);
      used += piece.length;
    },
    content: () => (used === buffer.length ? buffer : buffer.subarray(0, used)),
  };
}

function grown(buffer: Buffer, size: number): Buffer {
  // Not from the pool, of which a small part would hold all.
  const larger = Buffer.allocUnsafeSlow(size);
  buffer.copy(larger);
  return larger;
}

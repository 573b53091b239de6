import { LimberError } from '#model/errors.ts';

/** Of the screens on which it will be looked at. */
const PIXELS_PER_UNIT = 2;

/** An SVG of ours as a PNG, at twice its size. Rejects with `picture-unavailable`. */
export async function pngOf(svg: string): Promise<Uint8Array> {
  const { GlobalFonts, createCanvas, loadImage } = await loadCanvas();
  if (GlobalFonts.families.length === 0)
    throw new LimberError('picture-unavailable', {
      problem: 'this machine has no font for its text',
      hint: 'Install one (apt install fonts-dejavu-core).',
    });
  const image = await loadImage(Buffer.from(svg));
  const canvas = createCanvas(image.width * PIXELS_PER_UNIT, image.height * PIXELS_PER_UNIT);
  const context = canvas.getContext('2d');
  context.scale(PIXELS_PER_UNIT, PIXELS_PER_UNIT);
  context.drawImage(image, 0, 0);
  return canvas.encode('png');
}

/** An optional package: 35 MB that only who wants this needs. */
async function loadCanvas(): Promise<typeof import('@napi-rs/canvas')> {
  try {
    return await import('@napi-rs/canvas');
  } catch (error) {
    const problem = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    const hint = 'Install the package @napi-rs/canvas, which npm leaves out with --omit=optional.';
    throw new LimberError('picture-unavailable', { problem, hint }, { cause: error });
  }
}

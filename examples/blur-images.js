// Blurs image-like buffers one after another: memory comes and goes with each image.

import { setTimeout as sleep } from 'node:timers/promises';

const WIDTH = 3000;
const HEIGHT = 2000;
const CHANNELS = 4;

function makeImage(seed) {
  const pixels = Buffer.alloc(WIDTH * HEIGHT * CHANNELS);
  for (let index = 0; index < pixels.length; index++) pixels[index] = (index * seed) & 0xff;
  return pixels;
}

function blurRows(source) {
  const target = Buffer.alloc(source.length);
  const rowBytes = WIDTH * CHANNELS;
  for (let row = 0; row < HEIGHT; row++) {
    for (let offset = CHANNELS; offset < rowBytes - CHANNELS; offset++) {
      const index = row * rowBytes + offset;
      target[index] = (source[index - CHANNELS] + source[index] + source[index + CHANNELS]) / 3;
    }
  }
  return target;
}

const images = Number(process.argv[2] ?? 4);
for (let number = 1; number <= images; number++) {
  const blurred = blurRows(makeImage(number));
  console.log(`image ${number}: first pixel ${blurred.subarray(4, 8).join(',')}`);
  await sleep(300);
}

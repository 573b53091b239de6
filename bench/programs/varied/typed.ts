// Typed arrays of a size that the code names.
const size: number = 20_000_000;
const field = new Float64Array(size);
for (let i = 0; i < size; i++) field[i] = Math.sin(i);
let sum = 0;
for (let round = 0; round < 6; round++) for (let i = 0; i < size; i++) sum += field[i]!;
console.log(sum.toFixed(3));

/** Multiplies square matrices in plain loops: cubic time, quadratic memory. */

type Matrix = Float64Array;

function fill(size: number, seed: number): Matrix {
  const matrix = new Float64Array(size * size);
  for (let index = 0; index < matrix.length; index++) matrix[index] = ((index * seed) % 97) / 97;
  return matrix;
}

function multiply(a: Matrix, b: Matrix, size: number): Matrix {
  const product = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let middle = 0; middle < size; middle++) {
      const factor = a[row * size + middle]!;
      for (let column = 0; column < size; column++) {
        product[row * size + column]! += factor * b[middle * size + column]!;
      }
    }
  }
  return product;
}

const size = Number(process.argv[2] ?? 700);
const product = multiply(fill(size, 7), fill(size, 13), size);
let trace = 0;
for (let index = 0; index < size; index++) trace += product[index * size + index]!;
console.log(`trace of a ${size} x ${size} product: ${trace.toFixed(3)}`);

// Arithmetic on records, never waiting.
type Row = { readonly id: number; readonly value: number };
const rows: Row[] = [];
for (let i = 0; i < 900_000; i++) rows.push({ id: i, value: (i * 31) % 1009 });
let total = 0;
for (let round = 0; round < 10; round++) for (const row of rows) total += row.value * round;
console.log(total);

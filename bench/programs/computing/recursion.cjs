// Calls, deep and many.
function ways(n) {
  return n < 2 ? 1 : ways(n - 1) + ways(n - 2);
}
console.log(ways(44));

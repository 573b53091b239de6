/** Bytes of the compiled languages' own types on 64-bit Linux, by every name they go by. */
const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [/^(bool|_Bool|boolean|byte|sbyte|int8|uint8|i8|u8|int8_t|uint8_t|(un)?signed char)$/, 1],
  [/^char$/, 1],
  [/^(short|ushort|int16|uint16|i16|u16|int16_t|uint16_t|(unsigned )?short( int)?)$/, 2],
  [
    /^(int|uint|unsigned( int)?|int32|uint32|i32|u32|int32_t|uint32_t|float|float32|f32|rune|wchar_t)$/,
    4,
  ],
  [/^(complex128|decimal|i128|u128|long double|Int128)$/, 16],
];
const WORD = 8;

/** A pointer, a reference, a long, a double, and whatever is not known here: 8. */
export function widthOf(type: string | undefined): number {
  if (type === undefined || /[*&]/.test(type)) return WORD;
  const plain = type.replaceAll(/\b(const|static|volatile|register|extern|struct)\b/g, '').trim();
  return WIDTHS.find(([pattern]) => pattern.test(plain))?.[1] ?? WORD;
}

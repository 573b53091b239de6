/** How far the loop under way had come at each reading, and where it was seen to lead. */
export const progress = `
  ALTER TABLE points ADD COLUMN loop_fraction REAL;
  ALTER TABLE points ADD COLUMN seconds_left_low REAL;
  ALTER TABLE points ADD COLUMN seconds_left_high REAL;
  ALTER TABLE points ADD COLUMN peak_bytes_low REAL;
  ALTER TABLE points ADD COLUMN peak_bytes_high REAL;
`;

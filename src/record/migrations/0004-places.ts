/** Where in the code each reading found the run, and how complex that was. */
export const places = `
  ALTER TABLE points ADD COLUMN place TEXT NOT NULL DEFAULT '';
  ALTER TABLE points ADD COLUMN score REAL;
`;

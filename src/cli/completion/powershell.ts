import type { CommandWord, OptionWord, Value, Vocabulary } from './vocabulary.ts';

/** For Windows PowerShell 5.1 and PowerShell 7. An empty answer makes PowerShell propose files. */
export function powershellScript({ program, options, commands }: Vocabulary): string {
  return `# PowerShell completion for ${program}
Register-ArgumentCompleter -Native -CommandName '${program}' -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $options = @{
    '' = ${table(options)}
${commands.map((command) => `    '${command.name}' = ${table(command.options)}`).join('\n')}
  }
  $values = @{
${commands.flatMap(valueLines).join('\n')}
  }
  $commands = [ordered]@{
${commands.map(({ name, description }) => `    '${name}' = ${quote(description)}`).join('\n')}
  }
  # The words before the one that is being completed, without the program's name.
  $words = @($commandAst.CommandElements |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
    Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  # Behind -- everything belongs to the program.
  if ($words -contains '--') { return }
  $command = [string]($words | Where-Object { $_ -notlike '-*' } | Select-Object -First 1)
  $previous = if ($words.Count -gt 0) { [string]$words[-1] } else { '' }
  $proposals = [ordered]@{}
  if ($values.ContainsKey("$command $previous")) {
    foreach ($value in $values["$command $previous"]) { $proposals[$value] = $value }
  } elseif ($wordToComplete -like '-*') {
    if ($options.ContainsKey($command)) { $proposals = $options[$command] }
  } elseif ($command -eq '') {
    $proposals = $commands
  } elseif ($values.ContainsKey($command)) {
    foreach ($value in $values[$command]) { $proposals[$value] = $value }
  } elseif (@('show', 'logs', 'explain', 'report', 'replay') -contains $command) {
    foreach ($value in @('last') + @(${program} ps --all --quiet 2>$null)) { $proposals[$value] = $value }
  }
  $proposals.GetEnumerator() | Where-Object { $_.Key -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_.Key, $_.Key, 'ParameterValue', $_.Value)
  }
}
`;
}

function table(options: readonly OptionWord[]): string {
  const entries = options.map(({ long, description }) => `'${long}' = ${quote(description)}`);
  return `[ordered]@{ ${entries.join('; ')} }`;
}

function valueLines({ name, options, argument }: CommandWord): string[] {
  const lines = options.flatMap(({ long, value }) => choiceLine(`${name} ${long}`, value));
  return [...lines, ...choiceLine(name, argument)];
}

function choiceLine(key: string, value: Value | undefined): string[] {
  if (value?.kind !== 'choice') return [];
  return [`    '${key}' = @(${value.choices.map(quote).join(', ')})`];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

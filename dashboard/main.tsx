import './styles/index.css';
import { render } from 'preact';
import { openSession } from './api/session.ts';
import { Shell } from './shell/shell.tsx';
import { followTheme } from './shell/theme.ts';

followTheme();
render(<Shell />, document.querySelector('#app')!);
void openSession();

// Light, dark, or as the system has it.
import { Monitor, Moon, Sun } from 'lucide-react';
import type { ReactNode } from 'react';
import { Menu, MenuItem } from '../ui/index.js';
import { setTheme, useTheme } from '../ui/theme.js';

const icons = { system: <Monitor size={18} />, light: <Sun size={18} />, dark: <Moon size={18} /> };

export function ThemeMenu(): ReactNode {
  const theme = useTheme();
  return (
    <Menu label="Colours" button={icons[theme]} className="button quiet icon">
      <MenuItem onSelect={() => setTheme('system')}>{icons.system} As the system</MenuItem>
      <MenuItem onSelect={() => setTheme('light')}>{icons.light} Light</MenuItem>
      <MenuItem onSelect={() => setTheme('dark')}>{icons.dark} Dark</MenuItem>
    </Menu>
  );
}

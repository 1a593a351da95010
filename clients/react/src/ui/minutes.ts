// Renders again as time passes: for those who say "2 minutes ago".
import { useEffect, useState } from 'react';

export function useMinutes(): void {
  const [, again] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => again((count) => count + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
}

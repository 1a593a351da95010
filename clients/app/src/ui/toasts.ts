// Short words that pass: kept outside React, so that anything may say one.
export interface Toast {
  readonly id: number;
  readonly kind: 'info' | 'warning' | 'danger';
  readonly title: string;
  readonly text?: string;
  readonly action?: { label: string; run(): void };
}

const shownForMs = 7000;
const most = 4;
let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function change(next: readonly Toast[]): void {
  toasts = next;
  listeners.forEach((listener) => listener());
}

export const dismissToast = (id: number): void => change(toasts.filter((toast) => toast.id !== id));

/** The same words again take the place of those that are still shown. */
export function toast(words: Omit<Toast, 'id' | 'kind'> & { kind?: Toast['kind'] }): void {
  const id = ++last;
  const others = toasts.filter((one) => one.title !== words.title || one.text !== words.text);
  change([...others, { kind: 'info', ...words, id }].slice(-most) as Toast[]);
  setTimeout(() => dismissToast(id), words.action ? shownForMs * 2 : shownForMs);
}

export const toastList = {
  get: () => toasts,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

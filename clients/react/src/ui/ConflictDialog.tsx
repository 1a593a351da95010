// A stale edit, decided field by field: theirs, what was before, yours, or something else.
import { useEffect, useId, useRef, useState } from 'react';
import type { ReactNode, SyntheticEvent } from 'react';
import type { Conflict, Decision, MutationResult } from '@coterie/client';
import { ConflictFields } from './ConflictFields.js';
import { decisionOf } from './choices.js';
import type { Choices } from './choices.js';
import { classOf, useTexts } from './texts.js';
import type { Look } from './texts.js';

export interface ConflictDialogProps extends Look {
  /** The first is shown, the others follow: `useConflicts()`, or of `useOptimisticData`. */
  conflicts: readonly Conflict[];
  /** Decides; `conflict.resolve(decision)` by default. Where it ends as refused, the dialog stays and says why. */
  onResolve?: (conflict: Conflict, decision: Decision) => Promise<MutationResult | void> | MutationResult | void;
  /** Instead of the words `conflictTitle`: what it is about, say. */
  title?: (conflict: Conflict) => ReactNode;
  /** Between the words and the fields. */
  children?: ReactNode;
  /** Shown or not; by default it opens for each new conflict, and `Decide later` closes it until the next. */
  open?: boolean;
  onClose?: () => void;
}

/**
 * Shows conflicts one by one in a modal dialog, in three columns with a choice for each field. Escape (as `Decide
 * later`) leaves a conflict undecided; where choices have been made it asks first, and choices outlive the closing.
 *
 * @example
 * <ConflictDialog conflicts={useConflicts()} />
 */
export function ConflictDialog(props: ConflictDialogProps): ReactNode {
  const { conflicts, onResolve, open, onClose, className, title, children } = props;
  const words = useTexts(props.texts);
  const id = useId();
  const [later, postpone] = useState<ReadonlySet<string>>(new Set());
  const [made, choose] = useState<{ [key: string]: Choices }>({});
  const [state, setState] = useState({ asks: false, busy: false, said: '' });
  const conflict = conflicts.find((one) => open || !later.has(one.key));
  const shown = conflict !== undefined && open !== false;
  const dialog = useModal(shown);
  if (!conflict || !shown) return null;

  const choices = made[conflict.key] ?? {};
  const close = () => {
    postpone(new Set([...later, ...conflicts.map((one) => one.key)]));
    setState({ asks: false, busy: false, said: '' });
    onClose?.();
  };
  const leave = (event: SyntheticEvent) => {
    event.preventDefault();
    if (Object.keys(choices).length && !state.asks) setState({ ...state, asks: true });
    else close();
  };
  // A browser may close it by itself (Escape again and again): then it is closed.
  const closed = ({ currentTarget }: SyntheticEvent<HTMLDialogElement>) => {
    if (!currentTarget.open) close();
  };
  const decide = async (decision: Decision) => {
    setState({ asks: false, busy: true, said: '' });
    const answer = await (onResolve ? onResolve(conflict, decision) : conflict.resolve(decision));
    setState({ asks: false, busy: false, said: answer && !answer.ok ? words.refused(answer) : '' });
  };
  const button = (text: string, decision: Decision, primary?: true) => (
    <button type="button" data-primary={primary} disabled={state.busy} onClick={() => void decide(decision)}>
      {text}
    </button>
  );
  const chosen = decisionOf(conflict, choices);
  const last = conflict.changedBy.at(-1);
  return (
    <dialog
      ref={dialog}
      className={classOf('conflict', className)}
      aria-labelledby={id}
      onCancel={leave}
      onClose={closed}
    >
      <h2 id={id}>{title ? title(conflict) : words.conflictTitle}</h2>
      <p>{last ? words.conflictBy(words.person(last.userId), words.time(last.timestamp)) : conflict.message}</p>
      {!conflict.current && <p>{words.deleted}</p>}
      {children}
      <ConflictFields
        key={conflict.key}
        conflict={conflict}
        choices={choices}
        words={words}
        onChoose={(path, choice) => choose({ ...made, [conflict.key]: { ...choices, [path]: choice } })}
      />
      <p role="alert">{state.asks ? words.unsaved : state.said}</p>
      <footer>
        {state.asks ? (
          <>
            <button key="keep" type="button" autoFocus onClick={() => setState({ ...state, asks: false })}>
              {words.keep}
            </button>
            <button type="button" onClick={close}>
              {words.leave}
            </button>
          </>
        ) : (
          <>
            <button type="button" onClick={leave}>
              {words.later}
            </button>
            {button(words.useTheirs, 'use-theirs')}
            {button(words.useMine, 'use-mine')}
            {chosen && button(words.apply, chosen, true)}
          </>
        )}
      </footer>
    </dialog>
  );
}

/** Modal while it is shown: the browser keeps the focus within, and gives it back to where it was. */
function useModal(shown: boolean) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (!shown || !element) return;
    const before = document.activeElement;
    // A page of jsdom, or of an old browser, has no modal dialogs.
    if (!element.open && element.showModal) element.showModal();
    else element.open = true;
    return () => {
      element.close?.();
      if (before instanceof HTMLElement) before.focus();
    };
  }, [shown]);
  return dialog;
}

// A page that shows one list of the server, asked for again and again: searched by words, sorted by its heads, with one
// thing that can be done to a row after asking.
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { Button, Empty, Page, SearchBox, Table } from '../../ui/index.js';
import type { Column } from '../../ui/index.js';
import type { Answered } from '../api/answer.js';
import type { AdminApi } from '../api/adminApi.js';
import { useAdmin } from '../context.js';
import { usePolled } from '../hooks.js';
import { Answer } from './Answer.js';
import { Confirm } from './Confirm.js';
import { Limited, limits, type Limit } from './Limited.js';
import { matches } from './parts.js';

/** What may be done to a row, and how it is asked. */
export interface RowAction<Row> {
  readonly verb: string;
  /** Of the button, for those who do not see the row. */
  label(row: Row): string;
  question(row: Row): string;
  done(row: Row): string;
  act(api: AdminApi, row: Row): Promise<Answered<unknown>>;
  about(row: Row): ReactNode;
}

interface ListPageProps<Row, Value extends { total: number }> {
  title: string;
  subtitle: string;
  noun: string;
  /** What the search looks at, for people. */
  looksAt: string;
  words?: string;
  wordsOf(row: Row): (string | undefined)[];
  ask(api: AdminApi, limit: Limit, signal: AbortSignal): Promise<Answered<Value>>;
  everyMs: number;
  rowsOf(value: Value): readonly Row[];
  empty: { icon: ReactNode; title: string; text?: ReactNode };
  columns: readonly Column<Row>[];
  keyOf(row: Row): string;
  tone?(row: Row): 'muted' | 'warning' | undefined;
  action?: RowAction<Row>;
}

export function ListPage<Row, Value extends { total: number }>(props: ListPageProps<Row, Value>): ReactNode {
  const { title, noun, ask, everyMs, rowsOf, wordsOf, empty, action } = props;
  const { api } = useAdmin();
  const [words, setWords] = useState(props.words ?? '');
  const [limit, setLimit] = useState<Limit>(limits[0]);
  const [asked, setAsked] = useState<Row | null>(null);
  const state = usePolled((signal) => ask(api, limit, signal), everyMs, [api, limit]);
  const columns = useMemo(
    () => (action ? [...props.columns, actionColumn(action, setAsked)] : props.columns),
    [props.columns, action],
  );
  return (
    <Page
      title={title}
      subtitle={props.subtitle}
      actions={<SearchBox label={props.looksAt} value={words} onChange={setWords} />}
    >
      <Answer state={state}>
        {(value) => {
          const rows = rowsOf(value);
          const shown = rows.filter((row) => matches(words, ...wordsOf(row)));
          if (value.total === 0) {
            return (
              <Empty icon={empty.icon} title={empty.title}>
                {empty.text}
              </Empty>
            );
          }
          return (
            <>
              {shown.length === 0 ? (
                <Empty title={`No ${noun} fits the filter`}>
                  <Button onClick={() => setWords('')}>Show all</Button>
                </Empty>
              ) : (
                <Table
                  caption={title}
                  columns={columns}
                  rows={shown}
                  keyOf={props.keyOf}
                  {...(props.tone ? { tone: props.tone } : {})}
                />
              )}
              <Limited
                noun={noun}
                shown={shown.length}
                read={rows.length}
                total={value.total}
                limit={limit}
                onLimit={setLimit}
              />
            </>
          );
        }}
      </Answer>
      {action && asked !== null && (
        <Confirm
          title={action.question(asked)}
          verb={action.verb}
          done={action.done(asked)}
          act={() => action.act(api, asked)}
          onDone={state.refresh}
          onClose={() => setAsked(null)}
        >
          {action.about(asked)}
        </Confirm>
      )}
    </Page>
  );
}

const actionColumn = <Row,>({ verb, label }: RowAction<Row>, ask: (row: Row) => void): Column<Row> => ({
  name: 'Actions',
  quiet: true,
  cell: (row) => (
    <Button small kind="danger" onClick={() => ask(row)} aria-label={label(row)}>
      {verb}
    </Button>
  ),
});

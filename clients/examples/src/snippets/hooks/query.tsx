import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { useCoterie } from '@coterie/react';
import { coterieQueryOptions, listQueryOptions } from '@coterie/react/query';

interface Booking {
  note: string;
}

const cache = new QueryClient();

function Page() {
  const coterie = useCoterie();
  const { data: list } = useQuery(listQueryOptions<Booking>(coterie, 'Booking', { sort: '-due' }));
  const { data: first, error } = useQuery(coterieQueryOptions<Booking>(coterie, 'Booking', '42'));
  return (
    <p>
      {list?.items.length} bookings; 42: {error?.message ?? first?.data?.note}
    </p>
  );
}

export const App = () => (
  <QueryClientProvider client={cache}>
    <Page />
  </QueryClientProvider>
);

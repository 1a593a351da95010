// Server-Sent Events out of a byte stream: each event's data as one text, lines joined by `\n`.

export class SseParser {
  private rest = '';
  private data: string[] = [];

  constructor(private readonly event: (data: string) => void) {}

  push(text: string): void {
    this.rest += text;
    let from = 0;
    for (;;) {
      const end = this.rest.indexOf('\n', from);
      if (end < 0) break;
      // `\r\n` ends a line as well.
      const line = this.rest.slice(from, this.rest[end - 1] === '\r' && end > from ? end - 1 : end);
      from = end + 1;
      this.line(line);
    }
    this.rest = this.rest.slice(from);
  }

  private line(line: string): void {
    if (line === '') {
      const data = this.data;
      this.data = [];
      if (data.length > 0) this.event(data.join('\n'));
    } else if (line.startsWith('data:')) {
      this.data.push(line.slice(line[5] === ' ' ? 6 : 5));
    }
    // `id` repeats the position that the frame tells itself; `retry` is `goodbye`'s.
  }
}

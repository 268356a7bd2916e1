import { describe, expect, it } from 'vitest';
import { createTranscriptReader } from './index.ts';

describe('usage', () => {
  const used = (patch: object) => ({
    ...{ type: 'assistant', uuid: 'u1', requestId: 'r1', timestamp: '2030-01-01T00:00:00.000Z', ...patch },
    message: {
      model: 'claude-opus-5-5',
      usage: {
        ...{ input_tokens: 1, output_tokens: 2, cache_creation_input_tokens: 30 },
        cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      },
    },
  });

  it('says how long what was written to the cache is kept', () => {
    expect(createTranscriptReader().read(used({}), 1)).toContainEqual(
      expect.objectContaining({
        tokens: expect.objectContaining({ cacheCreation: 30, cacheCreation1h: 20 }) as object,
      }),
    );
  });

  it('is all that is taken from the transcript of a sub-agent, which counts for nothing in that of the agent', () => {
    const record = used({ isSidechain: true });
    expect(createTranscriptReader().read(record, 1)).toEqual([]);
    const reader = createTranscriptReader({ of: 'subagent' });
    const context = {
      type: 'attachment',
      uuid: 'u0',
      isSidechain: true,
      attachment: { type: 'hook_additional_context', content: ['[orc:m1] note'] },
    };
    expect(
      [context, record].flatMap((each, line) => reader.read(each, line)).map(({ type }) => type),
    ).toEqual(['usage']);
  });
});

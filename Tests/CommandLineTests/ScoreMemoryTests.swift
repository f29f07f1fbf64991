#if os(Linux)
  import Foundation
  import RunLogs
  import TestSupport
  import Testing

  /// How much memory `score` takes.
  @Suite(.timeLimit(.minutes(15)))
  struct ScoreMemoryTests {
    /// Most memory that a run of `count` texts of 48 tokens took, in bytes, read from the system.
    private func peak(_ count: Int) throws -> Int {
      let ids = (0..<24).map { ($0 * 31) % 83 }
      let texts = (0..<count).map { index in
        #"{"id": "\#(index)", "prompt_ids": \#(ids), "response_ids": \#(ids), "note": "\#(count)"}"#
      }
      return try Workplace.with(texts: texts.joined(separator: "\n")) { place in
        let most = try Tool.watch(
          [
            "score", "--model", "a=\(Workplace.small)", "--texts", "texts.jsonl", "--output",
            "log.h5", "--batch-tokens", "1024", "--quiet",
          ], in: place.folder)
        #expect(try TokenLog(path: place.path("log.h5")).tokenCount == 48 * count)
        return most
      }
    }

    @Test func `eight times the texts take the same memory`() throws {
      let (small, large) = (try peak(500), try peak(4_000))
      #expect(small > 1 << 20)
      // 168,000 tokens more, of 112 bytes in the log's columns and as many again on the way: 37 MB if
      // they were kept. The allocator's own spread is about 2 MB.
      #expect(large - small < 8 << 20, "\(small) and \(large) bytes")
    }
  }
#endif

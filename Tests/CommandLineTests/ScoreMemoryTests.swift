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
        let process = Process()
        process.executableURL = URL(filePath: try Tool.path())
        process.currentDirectoryURL = place.folder
        process.arguments = [
          "score", "--model", "a=\(Workplace.small)", "--texts", "texts.jsonl", "--output",
          "log.h5", "--batch-tokens", "1024", "--quiet",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        var most = 0
        // The high-water mark only grows: what the last look misses is a few milliseconds.
        while process.isRunning {
          let status = try? String(
            contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
          if let line = status?.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first
          {
            most = max(most, (Int(kilobytes) ?? 0) * 1_024)
          }
          Thread.sleep(forTimeInterval: 0.002)
        }
        #expect(process.terminationStatus == 0)
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

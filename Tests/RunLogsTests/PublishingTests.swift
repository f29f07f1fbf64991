import Foundation
import RunLogs
import TestSupport
import Testing

@Suite struct PublishingTests {
  private func error(_ body: () throws -> Void) throws -> RunLogError {
    try #require(throws: RunLogError.self) { try body() }
  }

  private func names(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func `the file is absent until it is published`() throws {
    var generator = SeededGenerator(seed: 1)
    let header = try Samples.header()
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      let writer = try TokenLogWriter(destination: path, header: header)
      try writer.append(Samples.block(header, lengths: [4], using: &generator))
      #expect(try names(folder) == ["log.h5.journal"])
      try writer.publish()
      #expect(try names(folder) == ["log.h5"])
      writer.discard()
      #expect(try names(folder) == ["log.h5"])
    }
  }

  @Test func `discarding leaves the old file and nothing else`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      try Data("old".utf8).write(to: URL(filePath: path))
      let writer = try TokenLogWriter(destination: path, header: try Samples.header())
      writer.discard()
      writer.discard()
      #expect(try names(folder) == ["log.h5"])
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    }
  }

  @Test func `a link where the new file has to be is neither followed nor removed`() throws {
    var generator = SeededGenerator(seed: 2)
    let header = try Samples.header()
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      try Data("old".utf8).write(to: URL(filePath: path))
      let writer = try TokenLogWriter(destination: path, header: header)
      try writer.append(Samples.block(header, lengths: [4], using: &generator))
      try FileManager.default.createSymbolicLink(
        atPath: path + ".partial", withDestinationPath: "precious")
      try Data("precious".utf8).write(to: folder.appending(path: "precious"))
      let error = try error { try writer.publish() }
      #expect(error.kind == .unwritable)
      #expect(error.description.hasPrefix(path + ".partial: is a link"))
      for (name, text) in [("log.h5", "old"), ("precious", "precious")] {
        let file = folder.appending(path: name)
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
        if name != "log.h5" { try FileManager.default.removeItem(at: file) }
      }
      #expect(try names(folder) == ["log.h5", "log.h5.journal", "log.h5.partial"])
      try FileManager.default.removeItem(atPath: path + ".partial")
      try writer.publish()
      #expect(try TokenLog(path: path).tokenCount == 4)
      #expect(try names(folder) == ["log.h5"])
    }
  }

  @Test func `a link where the journal has to be is refused`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      let journal = TokenLogWriter.journalPath(for: path)
      try FileManager.default.createSymbolicLink(
        atPath: journal, withDestinationPath: "precious")
      let header = try Samples.header()
      let error = try error { _ = try TokenLogWriter(destination: path, header: header) }
      #expect(error.kind == .unwritable)
      #expect(error.description.hasPrefix("\(journal): is a link"))
      #expect(try names(folder) == ["log.h5.journal"])
    }
  }

  @Test func `a limit met while publishing keeps the old file and the journal`() async throws {
    // In a process of its own: the limit holds for all its files.
    await #expect(processExitsWith: .success) {
      try withTemporaryFolder { folder in
        var generator = SeededGenerator(seed: 4)
        let header = try Samples.header(models: ["m"], pairs: [])
        let path = folder.appending(path: "log.h5").path
        try Data("old".utf8).write(to: URL(filePath: path))
        let writer = try TokenLogWriter(destination: path, header: header)
        for _ in 0..<4 {
          try writer.append(Samples.block(header, lengths: [500], using: &generator))
        }
        // The journal is there; the HDF5 file, of some 70 kB here, may not reach its end.
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 40_000, rlim_max: 40_000)
        #if canImport(Glibc)
          let code = unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        #else
          let code = unsafe setrlimit(RLIMIT_FSIZE, &limit)
        #endif
        try #require(code == 0)
        let error = try #require(throws: RunLogError.self) { try writer.publish() }
        #expect(error.kind == .noSpace)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        let journal = try JournalReader(path: TokenLogWriter.journalPath(for: path))
        #expect(journal.blockCount == 4)
        // A block that does not fit leaves no trace either.
        let block = Samples.block(header, lengths: [500], using: &generator)
        let full = try #require(throws: RunLogError.self) { try writer.append(block) }
        #expect(full.kind == .noSpace)
        let same = try JournalReader(path: TokenLogWriter.journalPath(for: path))
        #expect(same.blockCount == 4)
      }
    }
  }

  @Test func `a folder that is missing or a destination that is one is found at once`() throws {
    let header = try Samples.header()
    let missing = try error {
      _ = try TokenLogWriter(destination: "/no/such/folder/log.h5", header: header)
    }
    #expect(missing.kind == .missingFile)
    #expect(missing.description.hasSuffix("No such file or directory: create the folder first"))
    try withTemporaryFolder { folder in
      let known = try error {
        _ = try TokenLogWriter(destination: folder.path, header: header)
      }
      #expect(known.kind == .unwritable)
      // Also where the system lets root write everywhere: a file is no folder.
      let file = folder.appending(path: "file")
      try Data().write(to: file)
      let below = try error {
        _ = try TokenLogWriter(destination: file.path + "/log.h5", header: header)
      }
      #expect(below.kind == .unwritable)
    }
  }

  @Test func `two runs can't write one log, and a dead run's journal is replaced`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      let journal = TokenLogWriter.journalPath(for: path)
      let left = Data("TSHJRNL1".utf8) + Data(repeating: 7, count: 1_000_000)
      try left.write(to: URL(filePath: journal))
      let header = try Samples.header()
      let writer = try TokenLogWriter(destination: path, header: header)
      #expect(try JournalReader(path: journal).header == header)
      let error = try error { _ = try TokenLogWriter(destination: path, header: header) }
      #expect(error.kind == .busy)
      try writer.publish()
      #expect(try TokenLog(path: path).header == header)
    }
  }

  @Test(arguments: [500, 3_000, 20_000])
  func `a truncated log is refused`(length: Int) throws {
    var generator = SeededGenerator(seed: 5)
    let header = try Samples.header()
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "log.h5")
      let writer = try TokenLogWriter(destination: url.path, header: header)
      try writer.append(Samples.block(header, lengths: [40], using: &generator))
      try writer.publish()
      let bytes = try Data(contentsOf: url)
      try #require(bytes.count > length)
      try bytes.prefix(length).write(to: url)
      #expect(try error { _ = try TokenLog(path: url.path) }.kind == .damaged)
    }
  }
}

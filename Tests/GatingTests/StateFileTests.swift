import Analysis
import Files
import Foundation
import Gating
import Synchronization
import TestSupport
import Testing

/// The file in which looks are counted.
@Suite struct StateFileTests {
  private func subject(_ candidate: String, policy: String = "p") -> GateSubject {
    GateSubject(baselines: ["b"], candidate: candidate, texts: "t", policy: policy)
  }

  private func result(look: Int) throws -> GateResult {
    let values = PromptValues((0..<20).map { ("p\($0)", $0 % 3 == 0 ? 1 : 0, 1) })
    return try Gate(policy: GatePolicy(), look: look)
      .result(of: [GateMeasure(.accuracy, baselines: [values], candidate: values)])
  }

  private func look(_ candidate: String, at path: String) throws {
    try StateFile(path: path).update { state in
      guard case .new(let look) = try state.place(of: subject(candidate)) else { return }
      try state.record(try result(look: look), of: subject(candidate))
    }
  }

  @Test func `looks are written and read back as they were`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "state.json").path
      for candidate in ["a", "b", "a"] { try look(candidate, at: path) }
      let state = try StateFile(path: path).update { $0 }
      #expect(state.series.map { $0.looks.map(\.candidate) } == [["a", "b"]])
      #expect(state.series.first?.looks.last?.result == (try result(look: 2)))
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(names == ["state.json", "state.json.lock"])
    }
  }

  @Test func `what throws writes nothing`() throws {
    struct Stop: Error {}
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "state.json").path
      try look("a", at: path)
      let before = try Data(contentsOf: URL(filePath: path))
      #expect(throws: Stop.self) {
        try StateFile(path: path).update { state in
          try state.record(try result(look: 2), of: subject("b"))
          throw Stop()
        }
      }
      #expect(try Data(contentsOf: URL(filePath: path)) == before)
      // The lock is free again.
      try look("b", at: path)
    }
  }

  @Test func `many at once count each look once`() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "tokenshift-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "state.json").path
    // Locks are of open files, so that tasks keep each other out as processes do.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for candidate in 0..<12 {
        group.addTask { try look("c\(candidate)", at: path) }
      }
      try await group.waitForAll()
    }
    let state = try StateFile(path: path).update { $0 }
    let looks = state.series.flatMap(\.looks)
    #expect(Set(looks.map(\.candidate)).count == 12)
    #expect(looks.map(\.result.look) == Array(1...12))
  }

  @Test func `a lock that isn't let go is an error after a while`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "x.lock").path
      let lock = try FileLock(path: path)
      #expect(throws: FileError.self) {
        let second = try FileLock(path: path, patience: .milliseconds(60))
        second.release()
      }
      lock.release()
      let free = try FileLock(path: path, patience: .milliseconds(60))
      free.release()
    }
  }

  @Test(arguments: [
    "", "{", "[]", #"{"version": 1}"#, #"{"version": "x", "series": []}"#,
    #"{"version": 1, "series": [{"baselines": 3}]}"#, "\u{0}\u{0}",
  ])
  func `a damaged file is named and left alone`(text: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "state.json").path
      try Data(text.utf8).write(to: URL(filePath: path))
      let error = #expect(throws: GateInputError.self) { try look("a", at: path) }
      #expect(error?.path == path && error?.message.contains("damaged") == true)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }
  }

  @Test func `half of a state is damaged, whatever half`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "state.json").path
      try look("a", at: path)
      let whole = try Data(contentsOf: URL(filePath: path))
      for length in stride(from: 0, to: whole.count - 2, by: 97) {
        try whole.prefix(length).write(to: URL(filePath: path))
        #expect(throws: GateInputError.self) { try look("b", at: path) }
      }
    }
  }

  @Test func `a newer version's state is not touched`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "state.json").path
      try Data(#"{"version": 99, "new": true}"#.utf8).write(to: URL(filePath: path))
      let error = #expect(throws: GateInputError.self) { try look("a", at: path) }
      #expect(error?.message.contains("newer version") == true)
    }
  }

  @Test func `a folder that isn't there is named`() throws {
    #expect(throws: FileError.self) { try look("a", at: "/nowhere/at/all/state.json") }
  }
}

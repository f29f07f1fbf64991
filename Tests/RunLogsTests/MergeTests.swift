import Foundation
import HDF5
import RunLogs
import TestSupport
import Testing

/// Shards of one run become its log, or are refused by name.
@Suite struct MergeTests {
  /// Lengths of the texts of three shards, one of them empty.
  private static let lengths = [[3, 4, 0], [], [7, 1]]

  /// `whole.h5`, and the shards `1.h5`, `2.h5`, `3.h5`.
  private func make(
    in folder: URL, replicateTypes: [String: String] = [:], hasMovedMass: Bool = false,
    _ change: (Int, inout TokenLogHeader) -> Void = { _, _ in }
  ) throws -> [String] {
    var header = try Samples.header(
      replicateTypes: replicateTypes, replicateTextCount: replicateTypes.isEmpty ? nil : 4,
      movedMassThreshold: hasMovedMass ? 1e-6 : nil)
    header.texts.lineCount = 6
    header.texts.skippedLineCount = 1
    var generator = SeededGenerator(seed: 12)
    let blocks = Self.lengths.map { Samples.block(header, lengths: $0, using: &generator) }
    let whole = try TokenLogWriter(
      destination: folder.appending(path: "whole.h5").path, header: header)
    for block in blocks where !block.sequences.isEmpty { try whole.append(block) }
    try whole.publish()
    var start = 0
    return try blocks.enumerated().map { index, block in
      var own = header
      let end = start + block.sequences.count
      own.shard = ShardRecord(
        index: index + 1, count: 3, texts: start..<end, lines: start < end ? start + 1...end : nil)
      own.commandLine = "score --shard \(index + 1)/3"
      start = end
      change(index + 1, &own)
      let path = folder.appending(path: "\(index + 1).h5").path
      let writer = try TokenLogWriter(destination: path, header: own)
      if !block.sequences.isEmpty { try writer.append(block) }
      try writer.publish()
      return path
    }
  }

  private func merge(
    _ paths: [String], to destination: String, _ form: TokenLogMerge.Form = .copy
  ) throws {
    try TokenLogMerge(paths: paths).write(
      to: destination, as: form, created: "now", commandLine: "merge")
  }

  private func refusal(_ paths: [String]) throws -> RunLogError {
    try #require(throws: RunLogError.self) { _ = try TokenLogMerge(paths: paths) }
  }

  @Test(arguments: TokenLogMerge.Form.allCases)
  func `the merged log has the columns of a single run, bit for bit`(
    form: TokenLogMerge.Form
  ) throws {
    try withTemporaryFolder { folder in
      let paths = try make(in: folder)
      let merged = folder.appending(path: "merged.h5").path
      try merge([paths[2], paths[0], paths[1]], to: merged, form)
      let whole = folder.appending(path: "whole.h5").path
      #expect(try differingDatasets(merged, whole).isEmpty)
      let (log, expected) = (try TokenLog(path: merged), try TokenLog(path: whole))
      #expect(log.header.shard == nil)
      #expect(log.header.difference(from: expected.header) == nil)
      #expect(log.header.commandLine == "merge" && log.header.created == "now")
      #expect(log.offsets == [0, 3, 7, 7, 14, 15])
      #expect(try log.strings(.metadata) == expected.strings(.metadata))
      let root = try HDF5File.open(merged).root
      #expect(
        try root.attribute("merged_command_lines")
          == .strings((1...3).map { "score --shard \($0)/3" }))
      #expect(try root.dataset("pair/base:sft/js").attribute("units") == "nats")
    }
  }

  @Test(arguments: TokenLogMerge.Form.allCases)
  func `a merged log has both precisions`(form: TokenLogMerge.Form) throws {
    try withTemporaryFolder { folder in
      let types = ["base": "BF16", "rl-1.5_b": "BF16"]
      let paths = try make(in: folder, replicateTypes: types)
      let merged = folder.appending(path: "merged.h5").path
      try merge(paths, to: merged, form)
      let whole = folder.appending(path: "whole.h5").path
      #expect(try differingDatasets(merged, whole).isEmpty)
      let (log, expected) = (try TokenLog(path: merged), try TokenLog(path: whole))
      #expect(log.header.models == expected.header.models)
      #expect(try log.replicate(of: "sft") == nil)
      for model in types.keys {
        let found = try #require(try log.replicate(of: model))
        let own = try #require(try expected.replicate(of: model))
        #expect(found.logProbability.map(\.bitPattern) == own.logProbability.map(\.bitPattern))
        #expect(found.entropy.map(\.bitPattern) == own.entropy.map(\.bitPattern))
        #expect(found.entropy.count == 15 && found.entropy.contains { $0.isFinite })
      }
      #expect(log.header.replicateTextCount == 4)
      let pair = try log.firstPair()
      let found = try #require(try log.replicateDivergences(of: pair))
      #expect(
        try found.map(\.bitPattern) == expected.replicateDivergences(of: pair)?.map(\.bitPattern))
      #expect(found.count == 15 && found.contains { $0.isFinite })
    }
  }

  @Test(arguments: TokenLogMerge.Form.allCases)
  func `a merged log has the moved mass of a single run`(form: TokenLogMerge.Form) throws {
    try withTemporaryFolder { folder in
      let paths = try make(in: folder, hasMovedMass: true)
      let merged = folder.appending(path: "merged.h5").path
      try merge(paths, to: merged, form)
      let whole = folder.appending(path: "whole.h5").path
      #expect(try differingDatasets(merged, whole).isEmpty)
      let (log, expected) = (try TokenLog(path: merged), try TokenLog(path: whole))
      for pair in expected.header.pairs {
        let moved = try #require(try log.movedMass(of: pair))
        #expect(try moved == expected.movedMass(of: pair))
        #expect(moved.textCount == 5 && moved.tokens.count > 3)
      }
    }
  }

  @Test func `shards of which one alone has moved mass are refused`() throws {
    try withTemporaryFolder { folder in
      let paths = try make(in: folder, hasMovedMass: true) { index, header in
        if index == 2 { header.movedMassThreshold = nil }
      }
      let error = try refusal(paths)
      #expect(error.description.contains("another header"), "\(error)")
    }
  }

  @Test func `shards of which one alone has a second precision are refused`() throws {
    try withTemporaryFolder { folder in
      let types = ["base": "BF16"]
      let paths = try make(in: folder, replicateTypes: types) { index, header in
        if index == 3 { header.models[0].replicateType = nil }
      }
      let error = try refusal(paths)
      #expect(error.description.contains("type of computation"), "\(error)")
    }
  }

  @Test func `a virtual log can be moved with its shards, and misses those that are gone`() throws {
    try withTemporaryFolder { folder in
      let old = folder.appending(path: "old")
      try FileManager.default.createDirectory(
        at: old.appending(path: "shards"), withIntermediateDirectories: true)
      let paths = try make(in: old.appending(path: "shards"))
      try merge(paths, to: old.appending(path: "log.h5").path, .virtual)
      let new = folder.appending(path: "new")
      try FileManager.default.moveItem(at: old, to: new)
      let merged = new.appending(path: "log.h5").path
      #expect(
        try differingDatasets(merged, new.appending(path: "shards/whole.h5").path).isEmpty)
      #expect(
        try TokenLog(path: merged).files
          == [merged] + (1...3).map { new.appending(path: "shards/\($0).h5").path })
      let first = new.appending(path: "shards/1.h5")
      let third = new.appending(path: "shards/3.h5")
      try FileManager.default.removeItem(at: first)
      let gone = try #require(throws: RunLogError.self) { try TokenLog(path: merged) }
      #expect(gone.kind == .missingFile)
      #expect(gone.description.contains("log.h5: its columns lie in shards/1.h5"))
      // Another shard in its place would give wrong numbers, and says so.
      try FileManager.default.copyItem(at: third, to: first)
      let other = try #require(throws: RunLogError.self) { try TokenLog(path: merged) }
      #expect(other.description.contains("shards/1.h5, which has [8] tokens now, not 7"))
    }
  }

  @Test(arguments: TokenLogMerge.Form.allCases)
  func `a merge that is ended on the way leaves what was there`(
    form: TokenLogMerge.Form
  ) throws {
    struct Ended: Error {}
    try withTemporaryFolder { folder in
      let paths = try make(in: folder)
      let merged = folder.appending(path: "merged.h5")
      try Data("old".utf8).write(to: merged)
      let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      var seen: [Int] = []
      #expect(throws: Ended.self) {
        try TokenLogMerge(paths: paths).write(
          to: merged.path, as: form, created: "now", commandLine: "merge"
        ) { done, all in
          seen.append(done)
          #expect(done < all)
          if done == 3 { throw Ended() }
        }
      }
      #expect(seen == [0, 1, 2, 3])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == before)
      #expect(try String(contentsOf: merged, encoding: .utf8) == "old")
    }
  }

  @Test func `a missing shard is named`() throws {
    try withTemporaryFolder { folder in
      let paths = try make(in: folder)
      #expect(
        try refusal([paths[0], paths[1]]).description
          == "shard 3 of 3 is missing: score with --shard 3/3 and name the log")
      #expect(try refusal([paths[0]]).description.hasPrefix("shards 2, 3 of 3 are missing"))
      #expect(try refusal([paths[0], paths[2]]).description.hasPrefix("shard 2 of 3 is missing"))
      #expect(try refusal([]).kind == .differs)
    }
  }

  @Test func `a shard that is given twice, and texts that are in two`() throws {
    try withTemporaryFolder { folder in
      let paths = try make(in: folder)
      let twice = try refusal([paths[0], paths[2], paths[1], paths[2]])
      #expect(twice.description.contains("3.h5: is shard 3 of 3, as "))
    }
    try withTemporaryFolder { folder in
      let paths = try make(in: folder) { index, header in
        if index == 3 { header.shard?.texts = 2..<4 }
      }
      #expect(try refusal(paths).description.contains("3.h5: its texts overlap those of"))
    }
  }

  @Test func `shards of other cuts fit where their texts do, and gaps are named`() throws {
    try withTemporaryFolder { folder in
      // The second half, cut as the second of two.
      let paths = try make(in: folder) { index, header in
        if index == 3 {
          header.shard?.index = 2
          header.shard?.count = 2
        }
      }
      let merged = folder.appending(path: "merged.h5").path
      try merge([paths[0], paths[2]], to: merged)
      #expect(try differingDatasets(merged, folder.appending(path: "whole.h5").path).isEmpty)
      #expect(
        try refusal([paths[0], paths[1]]).description.hasPrefix("shard 3 of 3 is missing"))
    }
    try withTemporaryFolder { folder in
      let paths = try make(in: folder) { _, header in header.texts.lineCount = 9 }
      #expect(
        try refusal(paths).description.hasPrefix("texts 6 to 8, before the end, are in no shard"))
    }
  }

  @Test(arguments: [
    HeaderChange("other texts") { $0.texts.digest = "d2" },
    HeaderChange("another model.safetensors of model 'base'") {
      $0.models[0].fileDigests["model.safetensors"] = "other"
    },
    HeaderChange("other settings") { $0.settings = "{}" },
    HeaderChange("another header") { $0.tokenizer.digest = "t2" },
  ])
  func `shards of another run are refused with what differs`(change: HeaderChange) throws {
    try withTemporaryFolder { folder in
      let paths = try make(in: folder) { index, header in if index == 3 { change.apply(&header) } }
      let error = try refusal(paths)
      #expect(error.kind == .differs)
      #expect(error.description.contains("3.h5: is of another run than "))
      #expect(error.description.contains(change.words), "\(error)")
    }
  }

  @Test func `a log of all texts, a shard as destination, and a link as draft`() throws {
    try withTemporaryFolder { folder in
      let paths = try make(in: folder)
      let whole = folder.appending(path: "whole.h5").path
      #expect(try refusal([whole]).description.contains("whole.h5: is no shard"))
      let before = try Data(contentsOf: URL(filePath: paths[0]))
      let own = try #require(throws: RunLogError.self) { try merge(paths, to: paths[0]) }
      #expect(own.description.contains("1.h5: is read by this command"))
      #expect(try Data(contentsOf: URL(filePath: paths[0])) == before)
      let merged = folder.appending(path: "merged.h5").path
      try FileManager.default.createSymbolicLink(
        atPath: merged + ".partial", withDestinationPath: paths[0])
      let link = try #require(throws: RunLogError.self) { try merge(paths, to: merged) }
      #expect(link.kind == .unwritable)
      #expect(try Data(contentsOf: URL(filePath: paths[0])) == before)
      #expect(!FileManager.default.fileExists(atPath: merged))
    }
  }
}

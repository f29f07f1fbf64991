import Foundation
internal import Kernels
internal import RunLogs
internal import TokenStatistics
internal import Transformer

/// How a run's models and texts share memory.
package struct MemoryPlan: Sendable, Equatable {
  /// Which comes first, models or texts.
  package enum Order: String, Sendable, Codable {
    /// Every batch goes through all models, whose weights stay in memory.
    case together
    /// Some batches go through one model after the other, whose weights are let go of block by block;
    /// their final hidden states wait on the disk.
    case oneAfterAnother = "one after another"
  }

  /// Texts that go through a model before the next one takes its turn have about so many tokens.
  ///
  /// A pass reads the weights of a model once for each batch if they don't stay in memory, 2 bytes a
  /// weight, and multiplies with them for 2 operations a weight and token. At 400 GFLOP/s and 0.5 GB/s
  /// a batch of 4,096 tokens takes a fifth of its time for reading, if reading isn't done beside it.
  /// More batches in a row cost disk space, and work that a kill throws away; fewer leave the system
  /// no chance to keep a model that fits into memory for the next batch.
  static let chapterTokens = 16_384

  /// Which comes first.
  package let order: Order
  /// Bytes of memory at most, mapped weights among them.
  package let peak: Int
  /// Bytes of hidden states on the disk at most.
  package let spool: Int

  /// Tokens that go through one model before the next takes its turn; 0 for models together.
  package let chapterRows: Int
  /// Bytes that the run may take; nil for no limit.
  package let budget: Int?

  /// What a process needs before it does anything: libraries and their own buffers.
  private static let base = 64 << 20

  /// Models together if they fit, else one after another.
  ///
  /// - Parameters:
  ///   - models: all, in the precision they are scored in.
  ///   - load: what goes through them.
  ///   - budget: bytes of memory; nil for no limit.
  /// - Throws: `ScoringError.memoryTooSmall`.
  init(_ models: [Transformer], _ load: Load, budget: Int?) throws(ScoringError) {
    let sizes = models.map(\.weightSizes)
    let owned = sizes.reduce(0) { $0 + $1.owned }
    let hidden = models.reduce(0) { $0 + 4 * $1.configuration.hiddenSize }
    let hasReplicate = load.replicateRows > 0
    let passes = hasReplicate ? 2 : 1
    // Logits come when the activations are gone. What is found for a row are some 25 numbers and two
    // lists of k; columns are held as arrays, as the journal's bytes, and while they are packed.
    let k = load.topCount
    let work = max(
      models.map { $0.activationBytes(rows: load.batchRows) }.max() ?? 0,
      models.reduce(0) { $0 + 4 * BatchScorer.blockRows * $1.configuration.vocabularySize })
    let found = load.batchRows * passes * models.count * (200 + 12 * k)
    let perModel = TokenLogColumn.bytesPerToken(
      .model, topCount: k, hasReplicate: hasReplicate)
    let perPair = TokenLogColumn.bytesPerToken(.pair, topCount: k, hasReplicate: hasReplicate)
    let columns =
      load.blockTokens * (3 * (models.count * perModel + load.pairCount * perPair) + 200)
    let always =
      Self.base + owned + work + hidden * load.batchRows + found + columns + load.movedBytes
    let together = always + sizes.reduce(0) { $0 + $1.mapped }
    // Rows of an embedding come with what the system maps around them.
    let touched = sizes.map { min($0.embedding, load.batchRows << 16) }
    let apart = always + zip(sizes, touched).reduce(0) { max($0, $1.0.largestBlock, $1.1) }
    self.budget = budget
    if together <= budget ?? .max {
      (order, peak, spool, chapterRows) = (.together, together, 0, 0)
    } else if apart <= budget ?? .max {
      let rows = min(load.rows, max(Self.chapterTokens, load.batchRows))
      chapterRows = rows
      (order, peak) = (.oneAfterAnother, apart)
      spool = hidden * (rows + min(load.replicateRows, rows))
    } else {
      // What smaller batches would leave.
      let least = apart - (always - Self.base - owned)
      throw .memoryTooSmall(
        needed: apart, budget: budget ?? 0,
        batchTokens: least <= budget ?? 0 && load.batchRows > 1 ? load.batchRows : nil)
    }
  }

  /// What goes through the models.
  struct Load {
    /// Tokens of all texts that go through the models, those of a shared prompt once in a batch.
    var rows: Int
    /// Those of the largest batch.
    var batchRows: Int
    /// Tokens of the log's largest block.
    var blockTokens: Int
    /// Texts of the block that has most.
    var blockTexts: Int
    var pairCount: Int
    /// k.
    var topCount: Int
    /// Tokens that go through the models again in another precision.
    var replicateRows: Int
    /// Tokens that both models of each pair have whose moved mass is kept.
    var movedVocabularies: [Int]

    /// Bytes of the sums, and of the lists that are made of them: arrays, the journal's bytes, and what
    /// is packed.
    fileprivate var movedBytes: Int {
      guard !movedVocabularies.isEmpty else { return 0 }
      let most =
        blockTexts * MovedMassSums.mostEntries(positions: 0)
        + blockTokens
        * (MovedMassSums.mostEntries(positions: 1) - MovedMassSums.mostEntries(positions: 0))
      let entries = movedVocabularies.reduce(0) { $0 + min($1 * blockTexts, most) }
      return MovedMassCollector.mostByteCount(
        vocabularies: movedVocabularies, threads: Parallel.threadCount) + 3 * 12 * entries
    }
  }

  /// The memory that the machine has, or less where a control group of the process, or one that it
  /// lies in, has a limit.
  package static var available: Int {
    let machine = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    let groups = (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? ""
    var files = ["/sys/fs/cgroup/memory/memory.limit_in_bytes"]
    for line in groups.split(separator: "\n") {
      // number:controllers:path; no controllers in version 2.
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, parts[1].isEmpty || parts[1] == "memory" else { continue }
      let (root, name) =
        parts[1].isEmpty
        ? ("/sys/fs/cgroup", "memory.max") : ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
      var folder = root
      files.append(folder + "/" + name)
      for part in parts[2].split(separator: "/") {
        folder += "/" + part
        files.append(folder + "/" + name)
      }
    }
    let limits = files.compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }
      .compactMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    return min(machine, limits.min() ?? machine)
  }

  /// What a run may take unless told: nine tenths of `available`.
  package static var defaultBudget: Int { available / 10 * 9 }
}

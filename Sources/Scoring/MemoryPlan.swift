import Foundation
internal import Transformer

/// How a run's models and texts share memory.
public struct MemoryPlan: Sendable, Equatable {
  /// Which comes first, models or texts.
  public enum Order: String, Sendable, Codable {
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
  public let order: Order
  /// Bytes of memory at most, mapped weights among them.
  public let peak: Int
  /// Bytes of hidden states on the disk at most.
  public let spool: Int

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
    let passes = load.hasReplicate ? 2 : 1
    // Logits come when the activations are gone.
    let work = max(
      models.map { $0.activationBytes(rows: load.batchRows) }.max() ?? 0,
      models.reduce(0) { $0 + 4 * BatchScorer.blockRows * $1.configuration.vocabularySize })
    let columns =
      load.blockTokens * (passes * models.count * 550 + load.pairCount * 150 + 200)
    let always = Self.base + owned + work + hidden * load.batchRows + columns
    let together = always + sizes.reduce(0) { $0 + $1.mapped }
    let apart = always + (sizes.map(\.largestBlock).max() ?? 0)
    if together <= budget ?? .max {
      (order, peak, spool) = (.together, together, 0)
    } else if apart <= budget ?? .max {
      let rows = min(load.rows, max(Self.chapterTokens, load.batchRows))
      (order, peak, spool) = (.oneAfterAnother, apart, passes * hidden * rows)
    } else {
      throw .memoryTooSmall(needed: apart, budget: budget ?? 0, batchTokens: load.batchRows)
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
    var pairCount: Int
    var hasReplicate: Bool
  }

  /// The memory that the machine has, or that the process may use of it.
  public static var available: Int {
    let machine = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
      .compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }
      .compactMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    return min(machine, limits.min() ?? machine)
  }

  /// What a run may take unless told: nine tenths of `available`.
  public static var defaultBudget: Int { available / 10 * 9 }
}

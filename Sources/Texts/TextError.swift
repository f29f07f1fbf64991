public import Kernels

/// Why a file can't be read as texts.
public struct TextError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file as given.
  public let path: String
  /// From 1; nil if the whole file is meant.
  public let line: Int?
  /// What is wrong and how to fix it, on one line.
  public let reason: String
  /// What the system said about it.
  public let fault: SystemFault

  init(_ path: String, line: Int? = nil, _ reason: String, fault: SystemFault = .other) {
    (self.path, self.line, self.reason, self.fault) = (path, line, reason, fault)
  }

  /// One line for a user.
  public var description: String { path + (line.map { ", line \($0)" } ?? "") + ": " + reason }
}

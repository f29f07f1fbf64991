internal import Foundation

/// The lock on a journal, which ends with the process that holds it, whatever ends that.
enum JournalLock {
  enum Outcome {
    case taken
    /// A living run writes the journal.
    case busy
    /// The name means another file by now: the run that held the lock has removed this one.
    case replaced
  }

  /// Locks an open file, and looks whether `path` still is its name.
  static func take(_ handle: FileHandle, path: String) -> Outcome {
    // Some network disks can't lock; only a lock that someone holds stops us.
    if flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { return .busy }
    // Between opening and locking, its owner may have finished and removed it, and a third run have
    // begun a new one: a lock on a file without a name keeps nobody out.
    var (locked, named) = (stat(), stat())
    guard unsafe fstat(handle.fileDescriptor, &locked) == 0, unsafe stat(path, &named) == 0 else {
      return .replaced
    }
    return locked.st_dev == named.st_dev && locked.st_ino == named.st_ino ? .taken : .replaced
  }
}

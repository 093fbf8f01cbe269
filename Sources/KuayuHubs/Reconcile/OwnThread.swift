import Foundation
import KuayuReconcile

/// Runs what blocks on a thread of its own, off the shared pool.
enum OwnThread {
    static func run<Result: Sendable>(
        _ body: @escaping @Sendable () throws(FeedError) -> Result
    ) async throws(FeedError) -> Result {
        let outcome: Swift.Result<Result, FeedError> = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: Swift.Result { () throws(FeedError) in try body() })
            }
        }
        return try outcome.get()
    }
}

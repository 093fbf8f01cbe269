import GRDB
package import KuayuGateway

// For tests, which have to look at, and damage, what no port shows.
extension SQLiteStore {
    /// First column of the first row, on the connection that writes; nil for NULL or no row.
    package func value(sql: String) throws(StoreError) -> String? {
        do {
            return try pool.writeWithoutTransaction { try String.fetchOne($0, sql: sql) }
        } catch {
            throw Self.translate(error)
        }
    }

    /// Runs statements as they stand, past every rule of this store.
    package func execute(sql: String) throws(StoreError) {
        do {
            try pool.writeWithoutTransaction { try $0.execute(sql: sql) }
        } catch {
            throw Self.translate(error)
        }
    }
}

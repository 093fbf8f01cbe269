import Foundation
import KuayuCrypto
import KuayuCurl
import KuayuGateway

/// The channels that a configuration asks for.
enum AlertChannels {
    static func make(_ alerts: GatewayConfiguration.Alerts) throws -> [any AlertChannel] {
        let transport = CurlAlerts()
        var channels: [any AlertChannel] = []
        if let url = alerts.webhook, let file = alerts.webhookSecretFile {
            guard let signature = WebhookSignature(secret: try text(file), crypto: LibCrypto()) else {
                throw CommandFailure(
                    "\(file) holds no webhook secret", help: "whsec_ and the base64 of 24 to 64 bytes, on one line")
            }
            channels.append(
                WebhookChannel(
                    url: url, authority: alerts.webhookAuthority, signature: signature, transport: transport,
                    clock: SystemClock()))
        }
        if let server = alerts.mailServer, let from = alerts.mailFrom {
            channels.append(
                MailChannel(
                    server: server, login: try alerts.mailLoginFile.map(text), from: from, to: alerts.mailTo,
                    transport: transport))
        }
        return channels
    }

    private static func text(_ path: String) throws -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CommandFailure("\(path) cannot be read", help: "name the file that holds the secret")
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

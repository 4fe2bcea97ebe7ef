using System.Text;
using Orchestration.Workflows;

namespace Orchestration.Client.Tests;

public sealed class HistorySecretsTests
{
    private static readonly string Token = TokenText.Of(new TokenText(
        new WorkflowKey("default", new WorkflowId("order-42")), new RunId(Guid.NewGuid()), 7, new string('A', 32)));

    [Fact]
    public void Hide_TokenCreated_HasNoSecret()
    {
        var shown = HistorySecrets.Hide(
            "token-created", """{"type":"token-created","at":1,"command":7,"name":"a <b> ä","secret":"AAAA"}""");
        Assert.Equal("""{"type":"token-created","at":1,"command":7,"name":"a <b> ä","secret":"not-shown"}""", shown);
    }

    [Theory]
    [InlineData("\"{0}\"")]
    [InlineData("{{\"link\":\"https://x/?t={0}&y\",\"again\":\"{0}\"}}")]
    public void Hide_TokenInAValue_IsNotShown(string form)
    {
        var value = string.Format(null, form, Token);
        var plain = HistorySecrets.Hide(
            "activity-scheduled", $$"""{"type":"activity-scheduled","arguments":[{"json":{{value}}}]}""");
        Assert.DoesNotContain(Token[10..], plain, StringComparison.Ordinal);
        Assert.Contains($"{{\"json\":{string.Format(null, form, "wt1.not-shown")}}}", plain, StringComparison.Ordinal);

        // With headers the same text stands there as base64.
        var coded = HistorySecrets.Hide("activity-scheduled", $$$"""
            {"type":"activity-scheduled","arguments":[{"base64":"{{{Base64(value)}}}","headers":{"a":"b"}},{"base64":"/wD+"}]}
            """);
        Assert.Contains(Base64(string.Format(null, form, "wt1.not-shown")), coded, StringComparison.Ordinal);
        Assert.Contains("\"/wD+\"", coded, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"signal-received","arguments":[{"json":"wt1.short and 😀"}]}""")]
    [InlineData("""{"type":"signal-received","arguments":[{"base64":"/wD+AA==","headers":{"encoding":"x"}}]}""")]
    [InlineData("""{"type":"signal-received","arguments":[{"json":{"base64":5}}]}""")]
    public void Hide_NoToken_ChangesNothing(string json) => Assert.Same(json, HistorySecrets.Hide("signal-received", json));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}

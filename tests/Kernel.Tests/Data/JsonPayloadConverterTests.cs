using System.Text;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Data;

public class JsonPayloadConverterTests
{
    private static readonly JsonPayloadConverter Converter = JsonPayloadConverter.Default;

    [Fact]
    public void ToPayload_TextBeyondAscii_IsWrittenAsItIs()
    {
        var payload = Converter.ToPayload("Müller's <Käse> & 牛乳", typeof(string));
        Assert.Equal("\"Müller's <Käse> & 牛乳\"", payload.ToString());
        Assert.Equal(4, Converter.ToPayload("ä", typeof(string)).Data.Length); // two quotes, two bytes
    }

    [Theory]
    [InlineData("quote \" backslash \\ newline \n nul \0 line \u2028 pair \ud83d\ude00")]
    [InlineData("ä")]
    public void ToPayload_AnyText_ComesBack(string text) =>
        Assert.Equal(text, Converter.FromPayload(Converter.ToPayload(text, typeof(string)), typeof(string)));

    [Fact]
    public void FromPayload_EscapedAsEarlierVersionsWroteIt_IsTheSame() => Assert.Equal(
        "ä", Converter.FromPayload(new Payload(Encoding.UTF8.GetBytes("\"\\u00E4\"")), typeof(string)));
}

using System.Buffers;
using System.Text;
using System.Text.Json.Serialization;
using Orchestration.Grains.Kernel.History;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.History;

public class HistorySerializerTests
{
    public static TheoryData<string> Forms => new(SampleEvents.All.Keys);

    [Theory]
    [MemberData(nameof(Forms))]
    public void Write_EveryForm_IsItsGoldenFile(string form)
    {
        Assert.Equal(Golden(form), Text(SampleEvents.All[form]));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Read_EveryGoldenFile_IsTheEventThatWasWritten(string form)
    {
        var read = Assert.Single(Read(Golden(form)));
        Assert.Equal(SampleEvents.All[form].GetType(), read.GetType());
        Assert.Equal(Text(SampleEvents.All[form]), Text(read));
    }

    [Fact]
    public void Golden_EveryDerivedEvent_HasAFile()
    {
        var sampled = SampleEvents.All.Values.Select(static e => e.GetType()).ToHashSet();
        foreach (var form in typeof(HistoryEvent).Assembly.GetTypes().Where(static t => t.IsSubclassOf(typeof(HistoryEvent))))
            Assert.Contains(form, sampled);
        var aliases = typeof(HistoryEvent).GetCustomAttributes(typeof(JsonDerivedTypeAttribute),
            false).Cast<JsonDerivedTypeAttribute>();
        Assert.Equal(sampled.Count, aliases.Count());
    }

    [Fact]
    public void Write_Turn_IsOneArrayInOrder()
    {
        var text = Text([.. SampleEvents.All.Values]);
        Assert.StartsWith("[{\"type\":\"run-started\",\"at\":1893456000001,", text, StringComparison.Ordinal);
        Assert.Equal(SampleEvents.All.Values.Select(static e => e.GetType()), Read(text).Select(static e => e.GetType()));
    }

    [Theory]
    [InlineData("{\"b\" : 1,\n \"a\":[1,  2]}")]
    [InlineData("\"caf\\u00e9 \\\"x\\\" – é\"")]
    [InlineData("-12.50e3")]
    [InlineData("null")]
    [InlineData("[]")]
    public void Write_JsonPayload_ComesBackByteForByte(string json)
    {
        var completed = new RunCompleted { At = Harness.Epoch, Result = new Payload(Encoding.UTF8.GetBytes(json)) };
        Assert.Contains($"{{\"json\":{json}}}", Text(completed), StringComparison.Ordinal);
        Assert.Equal(json, Encoding.UTF8.GetString(((RunCompleted)Assert.Single(Read(Text(completed)))).Result.Data.Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"unfinished\":")]
    [InlineData("1 2")]
    [InlineData(" 1")]
    [InlineData("\u00ff]")]
    [InlineData("}]")]
    public void Write_PayloadThatIsNoJson_IsKeptAsBase64(string text)
    {
        var completed = new RunCompleted { At = Harness.Epoch, Result = new Payload(Encoding.Latin1.GetBytes(text)) };
        Assert.Contains("\"base64\"", Text(completed), StringComparison.Ordinal);
        Assert.Equal(completed.Result, ((RunCompleted)Assert.Single(Read(Text(completed)))).Result);
    }

    [Fact]
    public void Write_DeeplyNestedPayloadInDeepCauses_ComesBack()
    {
        var failure = new FailureInfo
        {
            Kind = FailureKind.Application, Message = "deepest", Details = new Payload(Encoding.ASCII.GetBytes(new string('[',
                64) + new string(']', 64))),
        };
        for (var i = 0; i < 10; i++) failure = new FailureInfo
        {
            Kind = FailureKind.Application, Message = $"{i}",
            Cause = failure
        };
        var text = Text(new RunFailed { At = Harness.Epoch, Failure = failure });
        Assert.Equal(text, Text(Assert.Single(Read(text))));
    }

    [Fact]
    public void Write_BrokenText_IsReadable()
    {
        var text = Text(new RunTerminated { At = Harness.Epoch, Reason = "half a pair: \ud800, nul: \0" });
        Assert.Contains("nul: \0", ((RunTerminated)Assert.Single(Read(text))).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("[null]")]
    [InlineData("[{}]")]
    [InlineData("[{\"type\":\"signal-from-the-future\",\"at\":1}]")]
    [InlineData("[{\"at\":1,\"command\":2}]")]
    [InlineData("[{\"type\":\"timer-fired\",\"at\":1}]")]
    [InlineData("[{\"type\":\"timer-fired\",\"at\":99999999999999999,\"command\":1}]")]
    [InlineData("[{\"type\":\"timer-fired\",\"at\":\"later\",\"command\":1}]")]
    [InlineData("[{\"type\":\"timer-fired\",\"at\":1,\"command\":1}] []")]
    [InlineData("[{\"type\":\"run-completed\",\"at\":1,\"result\":{}}]")]
    [InlineData("[{\"type\":\"run-completed\",\"at\":1,\"result\":{\"base64\":\"?\"}}]")]
    [InlineData("[{\"type\":\"run-completed\",\"at\":1,\"result\":7}]")]
    [InlineData("[{\"type\":\"timer-fired\",\"at\":1,\"command\":1},{\"type\":")]
    public void Read_Garbage_IsACorruptHistoryAndAddsNothing(string body)
    {
        var events = new List<HistoryEvent> { SampleEvents.All["timer-fired"] };
        var fault = Assert.Throws<EngineFault>(() =>
            HistorySerializer.Read(Encoding.UTF8.GetBytes(body), HistorySerializer.Format, events));
        Assert.Equal(FaultCodes.CorruptHistory, fault.Code);
        Assert.Single(events);
    }

    [Fact]
    public void Read_NewerFormat_IsRefusedAsTooNew()
    {
        var fault = Assert.Throws<EngineFault>(() => HistorySerializer.Read("[]"u8, HistorySerializer.Format + 1, []));
        Assert.Equal(FaultCodes.StoreTooNew, fault.Code);
        Assert.Contains("Deploy", fault.Message, StringComparison.Ordinal);
        Assert.Equal(FaultCodes.CorruptHistory, Assert.Throws<EngineFault>(() => HistorySerializer.Read("[]"u8, 0, [])).Code);
    }

    [Fact]
    public void Read_PropertyOfALaterVersion_IsPassedOver()
    {
        Assert.IsType<TimerFired>(Assert.Single(Read(
            "[{\"type\":\"timer-fired\",\"at\":1,\"command\":1,\"mood\":{\"a\":[1]}}]")));
    }

    internal static string Text(params HistoryEvent[] events)
    {
        var buffer = new ArrayBufferWriter<byte>();
        HistorySerializer.Write(events, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    internal static List<HistoryEvent> Read(string body)
    {
        var events = new List<HistoryEvent>();
        HistorySerializer.Read(Encoding.UTF8.GetBytes(body), HistorySerializer.Format, events);
        return events;
    }

    private static string Golden(string form)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "History", "Golden", $"{form}.json");
        Assert.True(File.Exists(file), $"{form} has no golden file. It would be:\n{Text(SampleEvents.All[form])}");
        return File.ReadAllText(file).TrimEnd('\n');
    }
}

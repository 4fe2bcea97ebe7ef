using Orchestration.Grains.Activities;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Activities;

public sealed class ActivityCatalogTests
{
    public interface IMail
    {
        Task SendAsync(string to);

        [Activity("mail.count")]
        ValueTask<int> CountAsync(string box, int atMost = 10, CancellationToken cancellationToken = default);
    }

    public interface IMixed
    {
        Task GoodAsync();

        int Bad();
    }

    public interface IByReference
    {
        Task BadAsync(in int value);
    }

    public interface IGeneric
    {
        Task BadAsync<T>(T value);
    }

    public interface IPlain
    {
        string Text();
    }

    [Fact]
    public void Names_OfAClass_AreThoseOfItsInterfaces() =>
        Assert.Equal(["Mail.Send", "mail.count"], new ActivityCatalog([typeof(Mail)]).Names);

    [Fact]
    public async Task Invoke_OptionalArgumentLeftOut_TakesItsDefault()
    {
        Assert.True(new ActivityCatalog([typeof(Mail)]).TryGet("mail.count", out var definition));

        var result = await definition.Invoke(new Mail(), [new Payload("\"in\""u8.ToArray())], JsonPayloadConverter.Default,
            default);

        Assert.Equal("10", result.ToString());
    }

    [Theory]
    [InlineData(typeof(Mixed), "returns System.Int32")]
    [InlineData(typeof(ByReference), "by reference")]
    [InlineData(typeof(Generic), "generic")]
    [InlineData(typeof(Plain), "hosts no activity")]
    [InlineData(typeof(IMail), "no concrete class")]
    [InlineData(typeof(Hidden), "no public constructor")]
    public void Register_UnfitClass_IsRefusedWithItsReason(Type type, string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidRequest>(() =>
            new ActivityCatalog([type])).Message, StringComparison.Ordinal);

    [Fact]
    public void Register_SameNameTwice_IsRefusedNamingBoth()
    {
        var message = Assert.Throws<InvalidRequest>(() => new ActivityCatalog([typeof(Mail), typeof(OtherMail)])).Message;

        Assert.Contains(nameof(OtherMail), message, StringComparison.Ordinal);
        Assert.Contains("Mail.Send", message, StringComparison.Ordinal);
    }

    public sealed class Mail : IMail, IPlain, IAsyncDisposable
    {
        public Task SendAsync(string to) => Task.CompletedTask;

        public ValueTask<int> CountAsync(string box, int atMost, CancellationToken cancellationToken) =>
            ValueTask.FromResult(atMost);

        public string Text() => "";

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    public sealed class OtherMail : IMail
    {
        public Task SendAsync(string to) => Task.CompletedTask;

        public ValueTask<int> CountAsync(string box, int atMost, CancellationToken cancellationToken) => ValueTask.FromResult(0);
    }

    public sealed class Mixed : IMixed
    {
        public Task GoodAsync() => Task.CompletedTask;

        public int Bad() => 0;
    }

    public sealed class ByReference : IByReference
    {
        public Task BadAsync(in int value) => Task.CompletedTask;
    }

    public sealed class Generic : IGeneric
    {
        public Task BadAsync<T>(T value) => Task.CompletedTask;
    }

    public sealed class Plain : IPlain
    {
        public string Text() => "";
    }

    public sealed class Hidden : IMail
    {
        private Hidden()
        {
        }

        public Task SendAsync(string to) => Task.CompletedTask;

        public ValueTask<int> CountAsync(string box, int atMost, CancellationToken cancellationToken) => ValueTask.FromResult(0);
    }
}

"""What made-up customers say: a few things very often, most things rarely, as in a real register."""

from __future__ import annotations

from itertools import accumulate
from random import Random


def _each(*lines: str) -> list[str]:
    return [word for line in lines for word in line.split()]


WHERE = _each(
    "厨房 卫生间 主卧 次卧 客厅 阳台 玄关 地下室 车库 电梯厅 楼道 花园 大堂 天台 儿童房 书房 储藏室",
    "露台 门厅 水泵房",
)
WHAT = _each(
    "水管 龙头 马桶 地漏 热水器 空调 电灯 插座 开关 门锁 窗户 玻璃 墙面 地板 天花板 对讲机 门禁 电梯",
    "道闸 车位 路灯 井盖 护栏 信箱 垃圾桶 花坛 水箱 消防栓 烟感 监控 天线 网线 燃气表 水表 电表 暖气",
    "地暖 新风 排烟管 纱窗 晾衣架 洗手盆 浴缸 淋浴房 防盗门 卷帘门 百叶窗 灯带 投影仪 充电桩",
)
HOW = _each(
    "漏水 滴水 堵塞 不亮 跳闸 异响 松动 破裂 渗水 发霉 脱落 生锈 卡住 失灵 漏电 冒烟 返臭 结冰 变形",
    "鼓包 起皮 开裂 倾斜 掉漆 短路 打不开 关不上 没有水 没有电 不制冷 不出热水 一直响 有异味 声音大",
    "信号差",
)
SINCE = _each(
    "昨晚 今天早上 上周 刚才 三天前 前天下午 一个月前 装修以后 下雨以后 停电以后 周末 国庆节 去年冬天",
)
PLEASE = _each(
    "请尽快安排师傅上门 请先打电话 希望今天处理 已经报过一次 请派两个人来 最好下午两点以后 请更换新的",
    "请查明原因",
)
FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文海燕雪梅春红晓东欣怡浩然子轩雨涵"
TITLES = ("先生", "女士", "")


class Words:
    """Contents, names and telephone numbers; the same seed says the same."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self._often = {id(words): list(accumulate(1 / n for n in range(1, len(words) + 1))) for words in (WHAT, HOW)}

    def content(self, n: int) -> str:
        """What somebody says; the number in front makes it their own."""
        pick = self.chance.choice
        said = [
            f"{pick(SINCE)}{pick(WHERE)}的{self._one(WHAT)}{self._one(HOW)}",
            f"旁边的{self._one(WHAT)}也{self._one(HOW)}",
            f"{n % 29 + 1}栋{n % 3 + 1}单元{n % 33 + 1:02}0{n % 4 + 1}室",
            pick(PLEASE),
        ]
        return f"{n}：{'，'.join(said)}。"

    def name(self) -> str:
        """A family name with a title, or a whole name."""
        title = self.chance.choice(TITLES)
        given = "" if title else "".join(self.chance.choices(GIVEN, k=2))
        return f"{self.chance.choice(FAMILY)}{given}{title}"

    def _one(self, words: list[str]) -> str:
        return self.chance.choices(words, cum_weights=self._often[id(words)])[0]

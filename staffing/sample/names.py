"""Made-up Chinese names: family and given names combined by chance, none meant for a real person."""

import numpy as np

FAMILY = tuple(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
)
_GIVEN_TEXT = """
安然 冰心 博文 晨曦 楚涵 丹青 冬梅 恩泽 方圆 芳菲 飞雁 光远 海棠 涵宇 浩宁 和煦 红玉 怀瑾
嘉禾 佳音 建川 江月 洁茹 景行 静姝 君竹 凯旋 可欣 岚清 乐天 丽华 林溪 凌霜 柳絮 鹿鸣 曼青
美琪 明澈 沐阳 乃馨 念慈 宁远 佩玲 鹏程 平安 绮云 千帆 青禾 清扬 秋实 如意 若水 瑞雪 尚文
诗涵 书意 舒窈 思齐 松年 素心 天朗 婉清 望舒 文茵 希孟 夏荷 向晚 晓岚 欣悦 星河 修远 雪晴
雅南 彦霖 一诺 依依 以宁 亦舒 映秋 永宁 语桐 雨荷 玉衡 远航 月白 云舒 泽楷 昭华 知微 志恒
致远 子墨 子衿 梓萱
"""
GIVEN = tuple(_GIVEN_TEXT.split())


def draw_names(rng: np.random.Generator, count: int) -> list[str]:
    """`count` different full names."""
    picked = rng.choice(len(FAMILY) * len(GIVEN), size=count, replace=False)
    return [FAMILY[int(k) // len(GIVEN)] + GIVEN[int(k) % len(GIVEN)] for k in picked]

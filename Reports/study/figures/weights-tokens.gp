# Changed weights and changed tokens
#
# What training changed. Filled squares: share of weights that are at least a unit in the last
# place of bfloat16 from base's; empty squares: from those of the model that the run started
# from. Circles: share of positions of base's own responses with a Jensen-Shannon divergence
# from base above 0.1 nats. Marks: means over 8 seeds with 95 % intervals (Student's t over
# seeds, on the logit for shares), cut at the axes. Where no line is seen it is shorter than its
# mark. Few changed tokens don't need few changed weights: compare squares with circles of one
# run.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot weights-tokens.gp
# It reads weights-tokens.tsv and writes weights-tokens.svg and weights-tokens.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 234,276 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_weights_tokens' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 234./72,276./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'weights-tokens.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.27733
  set rmargin at screen 0.96154
  set bmargin at screen 0.09058
  set tmargin at screen 0.85145
  set border 15 linewidth 0.5
  set xrange [0:1]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set yrange [-0.8:16.8]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('sft-kl' 16, 'sft' 15, 'sft-native' 14, 'rl' 13, 'sft-own' 12, 'opd' 11, 'sft-own-slow' 10, 'rl-from-start' 9, 'sft-rl' 8, 'sft-rl-native' 7, 'rl-sft' 6, 'rl-sft-kl' 5, 'sft-plus-rl' 4, 'srft-released' 3, 'srft' 2, 'sft-plus-rl-native' 1, 'srft-native' 0)
  set label 'share that changed' at screen 0.61944,0.02174 center noenhanced front
  unset colorbox
  set label '' at screen 0.28203,0.9692 point pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#000000'
  set label 'weights, from base' at screen 0.33759,0.9692 left font ',8' noenhanced front
  set label '' at screen 0.28203,0.92935 point pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#000000'
  set label 'weights, from the run'."'".'s start' at screen 0.33759,0.92935 left font ',8' noenhanced front
  set label '' at screen 0.28203,0.88949 point pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#000000'
  set label 'positions of base'."'".'s text' at screen 0.33759,0.88949 left font ',8' noenhanced front
  plot 'weights-tokens.tsv' index 0 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'weights-tokens.tsv' index 1 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'weights-tokens.tsv' index 2 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'weights-tokens.tsv' index 3 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'weights-tokens.tsv' index 4 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'weights-tokens.tsv' index 5 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'weights-tokens.tsv' index 6 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'weights-tokens.tsv' index 7 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'weights-tokens.tsv' index 8 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'weights-tokens.tsv' index 9 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'weights-tokens.tsv' index 10 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'weights-tokens.tsv' index 11 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'weights-tokens.tsv' index 12 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'weights-tokens.tsv' index 13 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'weights-tokens.tsv' index 14 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'weights-tokens.tsv' index 15 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'weights-tokens.tsv' index 16 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'weights-tokens.tsv' index 17 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'weights-tokens.tsv' index 18 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'weights-tokens.tsv' index 19 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'weights-tokens.tsv' index 20 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'weights-tokens.tsv' index 21 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'weights-tokens.tsv' index 22 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'weights-tokens.tsv' index 23 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'weights-tokens.tsv' index 24 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'weights-tokens.tsv' index 25 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'weights-tokens.tsv' index 26 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'weights-tokens.tsv' index 27 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'weights-tokens.tsv' index 28 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'weights-tokens.tsv' index 29 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'weights-tokens.tsv' index 30 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'weights-tokens.tsv' index 31 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'weights-tokens.tsv' index 32 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'weights-tokens.tsv' index 33 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'weights-tokens.tsv' index 34 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'weights-tokens.tsv' index 35 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'weights-tokens.tsv' index 36 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'weights-tokens.tsv' index 37 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'weights-tokens.tsv' index 38 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'weights-tokens.tsv' index 39 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'weights-tokens.tsv' index 40 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'weights-tokens.tsv' index 41 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'weights-tokens.tsv' index 42 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'weights-tokens.tsv' index 43 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'weights-tokens.tsv' index 44 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'weights-tokens.tsv' index 45 using 1:2 with lines linewidth 0.8 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'weights-tokens.tsv' index 46 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'weights-tokens.tsv' index 47 using 1:2 with lines linewidth 0.8 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'weights-tokens.tsv' index 48 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'weights-tokens.tsv' index 49 using 1:2 with lines linewidth 0.8 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'weights-tokens.tsv' index 50 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'weights-tokens.tsv' index 51 using 1:2 with lines linewidth 0.8 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'weights-tokens.tsv' index 52 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'weights-tokens.tsv' index 53 using 1:2 with lines linewidth 0.8 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'weights-tokens.tsv' index 54 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'weights-tokens.tsv' index 55 using 1:2 with lines linewidth 0.8 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'weights-tokens.tsv' index 56 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'weights-tokens.tsv' index 57 using 1:2 with lines linewidth 0.8 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'weights-tokens.tsv' index 58 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'weights-tokens.tsv' index 59 using 1:2 with lines linewidth 0.8 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'weights-tokens.tsv' index 60 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'weights-tokens.tsv' index 61 using 1:2 with lines linewidth 0.8 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'weights-tokens.tsv' index 62 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'weights-tokens.tsv' index 63 using 1:2 with lines linewidth 0.8 linecolor rgb '#d55e00' dashtype solid notitle, \
    'weights-tokens.tsv' index 64 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'weights-tokens.tsv' index 65 using 1:2 with lines linewidth 0.8 linecolor rgb '#d55e00' dashtype solid notitle, \
    'weights-tokens.tsv' index 66 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'weights-tokens.tsv' index 67 using 1:2 with lines linewidth 0.8 linecolor rgb '#d55e00' dashtype solid notitle, \
    'weights-tokens.tsv' index 68 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'weights-tokens.tsv' index 69 using 1:2 with lines linewidth 0.8 linecolor rgb '#d55e00' dashtype solid notitle, \
    'weights-tokens.tsv' index 70 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'weights-tokens.tsv' index 71 using 1:2 with lines linewidth 0.8 linecolor rgb '#d55e00' dashtype solid notitle, \
    'weights-tokens.tsv' index 72 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'weights-tokens.tsv' index 73 using 1:2 with lines linewidth 0.8 linecolor rgb '#d55e00' dashtype solid notitle, \
    'weights-tokens.tsv' index 74 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'weights-tokens.tsv' index 75 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'weights-tokens.tsv' index 76 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'weights-tokens.tsv' index 77 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'weights-tokens.tsv' index 78 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'weights-tokens.tsv' index 79 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'weights-tokens.tsv' index 80 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'weights-tokens.tsv' index 81 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'weights-tokens.tsv' index 82 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'weights-tokens.tsv' index 83 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'weights-tokens.tsv' index 84 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'weights-tokens.tsv' index 85 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'weights-tokens.tsv' index 86 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'weights-tokens.tsv' index 87 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'weights-tokens.tsv' index 88 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'weights-tokens.tsv' index 89 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'weights-tokens.tsv' index 90 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'weights-tokens.tsv' index 91 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'weights-tokens.tsv' index 92 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'weights-tokens.tsv' index 93 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'weights-tokens.tsv' index 94 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'weights-tokens.tsv' index 95 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'weights-tokens.tsv' index 96 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'weights-tokens.tsv' index 97 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'weights-tokens.tsv' index 98 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'weights-tokens.tsv' index 99 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'weights-tokens.tsv' index 100 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'weights-tokens.tsv' index 101 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'weights-tokens.tsv' index 102 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'weights-tokens.tsv' index 103 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'weights-tokens.tsv' index 104 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle

  unset multiplot
  set output
}
